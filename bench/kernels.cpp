#include "kernels.hpp"

#include <atomic>
#include <cstdlib>
#include <ctime>

#include <unistd.h>

#include <sums.hpp>

#include <pinion/actors/kernels_macro.hpp>

namespace pinion::bench {

namespace {

void noop() {}

void look(view<const double>) {}

double half(double x) { return x / 2; }

// Until it is told to stop, looking every now and then.
void linger(context& run) {
  while (!run.stop_requested())
    ::usleep(1000);
}

// The same, but with all of a processor.
void crunch(context& run) {
  while (!run.stop_requested())
    [[maybe_unused]] volatile auto used = fib(20);
}

void runaway() {
  for (std::atomic<bool> no = false;;)
    if (no)
      std::abort();
}

// Processor time, whatever else runs.
void work(double seconds) {
  const auto used = [] { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; };
  for (const auto until = used() + seconds; used() < until;)
    ;
}

} // namespace

double sum(view<const double> a) { return ::kernels::sum_elements(a); }

std::int64_t fib(std::int64_t n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }

} // namespace pinion::bench

PINION_KERNELS(k) {
  k.add("noop", pinion::bench::noop);
  k.add("look", pinion::bench::look);
  k.add("half", pinion::bench::half);
  k.add("linger", pinion::bench::linger);
  k.add("crunch", pinion::bench::crunch);
  k.add("runaway", pinion::bench::runaway);
  k.add("work", pinion::bench::work);
  k.add("sum", pinion::bench::sum);
  k.add("fib", pinion::bench::fib);
}
