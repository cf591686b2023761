// sum and mean of all elements: one name, an overload for each element type, any rank, any strides.
#include <complex>
#include <cstdint>
#include <stdexcept>

#include <pinion/actors/kernels_macro.hpp>

#include "sums.hpp"

namespace {

template <class T>
kernels::sum_of<T> sum(pinion::view<const T> a) {
  return kernels::sum_elements(a);
}

// Integers are added as float64 where their sum in 64 bits could wrap around, so that a mean never does.
template <class T>
auto mean(pinion::view<const T> a) {
  if (a.empty())
    throw std::invalid_argument("an array without elements has no mean");
  const auto count = static_cast<double>(a.size());
  if constexpr (std::integral<T> && sizeof(T) == 8) {
    kernels::lanes total;
    kernels::for_each_run([&](std::int64_t n, kernels::run<const T> r) { total.add(r, n); }, a);
    return total.all() / count;
  } else if constexpr (std::integral<T>) {
    return static_cast<double>(kernels::sum_elements(a)) / count;
  } else {
    return kernels::sum_elements(a) / count;
  }
}

template <class... Ts>
void add_all(pinion::kernel_registry& k) {
  (k.add("sum", sum<Ts>, "the sum of all elements; integers add in 64 bits, floats in float64"), ...);
  (k.add("mean", mean<Ts>, "the mean of all elements, in float64"), ...);
}

} // namespace

PINION_KERNELS(k) {
  add_all<double, float, std::int64_t, std::int32_t, std::int16_t, std::int8_t, std::uint64_t, std::uint32_t,
          std::uint16_t, std::uint8_t, bool, std::complex<double>, std::complex<float>>(k);
}
