// fib: processor time and nothing else; the work of the four-ways demonstration.
#include <cstdint>
#include <stdexcept>
#include <string>

#include <pinion/actors/kernels_macro.hpp>

namespace {

std::int64_t naive_fib(std::int64_t n) { return n < 2 ? n : naive_fib(n - 1) + naive_fib(n - 2); }

std::int64_t fib(std::int64_t n) {
  constexpr std::int64_t last = 92; // the next one does not fit into 63 bits
  if (n < 0 || n > last)
    throw std::invalid_argument("n is " + std::to_string(n) + ", must be from 0 to " + std::to_string(last));
  return naive_fib(n);
}

} // namespace

PINION_KERNELS(k) {
  k.add("fib", fib, "the n-th Fibonacci number, the slow way: each next one takes 1.6 times as long");
}
