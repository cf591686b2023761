#include <pinion/actors/builtin_kernels.hpp>

#include <algorithm>
#include <complex>
#include <cstdint>

namespace pinion {

namespace {

template <class T>
void fill_view(view<T> where, T value) {
  if (where.contiguous())
    std::ranges::fill(where.span(), value);
  else
    std::fill(where.begin(), where.end(), value);
}

template <class... Ts>
void add_fills(kernel_registry& to) {
  (to.add(fill_kernel, fill_view<Ts>), ...);
}

} // namespace

void add_builtin_kernels(kernel_registry& to) {
  add_fills<bool, std::int8_t, std::int16_t, std::int32_t, std::int64_t, std::uint8_t, std::uint16_t,
            std::uint32_t, std::uint64_t, float, double, std::complex<float>, std::complex<double>>(to);
}

} // namespace pinion
