#include "kernels.hpp"

#include <sums.hpp>

#include <pinion/actors/kernels_macro.hpp>

namespace pinion::bench {

namespace {

void noop() {}

void look(view<const double>) {}

double half(double x) { return x / 2; }

} // namespace

double sum(view<const double> a) { return ::kernels::sum_elements(a); }

std::int64_t fib(std::int64_t n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }

} // namespace pinion::bench

PINION_KERNELS(k) {
  k.add("noop", pinion::bench::noop);
  k.add("look", pinion::bench::look);
  k.add("half", pinion::bench::half);
  k.add("sum", pinion::bench::sum);
  k.add("fib", pinion::bench::fib);
}
