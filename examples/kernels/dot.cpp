// dot, axpy and scale: two arrays at a time, and writing into one.
#include <array>
#include <complex>
#include <concepts>
#include <cstdint>

#include <pinion/actors/kernels_macro.hpp>

#include "runs.hpp"

namespace {

using kernels::for_each_run;
using kernels::run;

// For step 1, where the compiler sees plain memory; eight sums, so that additions need not wait for each
// other.
template <class T>
double dot_run(std::int64_t n, const T* a, const T* b) {
  constexpr std::int64_t width = 8;
  std::array<double, width> sums{};
  std::int64_t i = 0;
  for (; i + width <= n; i += width)
    for (std::size_t k = 0; k < width; ++k) {
      const auto j = i + static_cast<std::int64_t>(k);
      sums[k] += static_cast<double>(a[j]) * static_cast<double>(b[j]);
    }
  double total = 0;
  for (; i < n; ++i)
    total += static_cast<double>(a[i]) * static_cast<double>(b[i]);
  for (const auto part : sums)
    total += part;
  return total;
}

template <std::floating_point T>
double dot(pinion::view<const T> a, pinion::view<const T> b) {
  kernels::same_shape("the arrays of dot", a, b);
  double total = 0;
  for_each_run(
      [&](std::int64_t n, run<const T> x, run<const T> y) {
        if (x.step == 1 && y.step == 1)
          total += dot_run(n, x.data, y.data);
        else
          for (std::int64_t i = 0; i < n; ++i)
            total += static_cast<double>(x[i]) * static_cast<double>(y[i]);
      },
      a, b);
  return total;
}

std::int64_t dot_int64(pinion::view<const std::int64_t> a, pinion::view<const std::int64_t> b) {
  kernels::same_shape("the arrays of dot", a, b);
  std::uint64_t total = 0; // unsigned: it may wrap around
  for_each_run(
      [&](std::int64_t n, run<const std::int64_t> x, run<const std::int64_t> y) {
        for (std::int64_t i = 0; i < n; ++i)
          total += static_cast<std::uint64_t>(x[i]) * static_cast<std::uint64_t>(y[i]);
      },
      a, b);
  return static_cast<std::int64_t>(total);
}

using complex = std::complex<double>;

complex dot_complex(pinion::view<const complex> a, pinion::view<const complex> b) {
  kernels::same_shape("the arrays of dot", a, b);
  double real = 0;
  double imag = 0;
  for_each_run(
      [&](std::int64_t n, run<const complex> x, run<const complex> y) {
        for (std::int64_t i = 0; i < n; ++i) {
          real += x[i].real() * y[i].real() - x[i].imag() * y[i].imag();
          imag += x[i].real() * y[i].imag() + x[i].imag() * y[i].real();
        }
      },
      a, b);
  return {real, imag};
}

template <class T>
void scale(pinion::view<T> a, double by) {
  for_each_run(
      [&](std::int64_t n, run<T> r) {
        const auto factor = [&] {
          if constexpr (std::floating_point<T>)
            return static_cast<T>(by);
          else
            return static_cast<typename T::value_type>(by);
        }();
        if (r.step == 1)
          for (std::int64_t i = 0; i < n; ++i)
            r.data[i] *= factor;
        else
          for (std::int64_t i = 0; i < n; ++i)
            r[i] *= factor;
      },
      a);
}

void scale_int64(pinion::view<std::int64_t> a, std::int64_t by) {
  for_each_run(
      [&](std::int64_t n, run<std::int64_t> r) {
        for (std::int64_t i = 0; i < n; ++i)
          r[i] = static_cast<std::int64_t>(static_cast<std::uint64_t>(r[i]) * static_cast<std::uint64_t>(by));
      },
      a);
}

template <std::floating_point T>
void axpy(double a, pinion::view<const T> x, pinion::view<T> y) {
  kernels::same_shape("the arrays of axpy", x, y);
  const auto factor = static_cast<T>(a);
  for_each_run(
      [&](std::int64_t n, run<T> to, run<const T> from) {
        if (to.step == 1 && from.step == 1)
          for (std::int64_t i = 0; i < n; ++i)
            to.data[i] += factor * from.data[i];
        else
          for (std::int64_t i = 0; i < n; ++i)
            to[i] += factor * from[i];
      },
      y, x);
}

} // namespace

PINION_KERNELS(k) {
  constexpr auto about_dot = "the sum of the products of two arrays' elements, nothing conjugated";
  k.add("dot", dot<double>, about_dot);
  k.add("dot", dot<float>, about_dot);
  k.add("dot", dot_int64, about_dot);
  k.add("dot", dot_complex, about_dot);
  constexpr auto about_scale = "multiplies every element in place";
  k.add("scale", scale<double>, about_scale);
  k.add("scale", scale<float>, about_scale);
  k.add("scale", scale<std::complex<double>>, about_scale);
  k.add("scale", scale<std::complex<float>>, about_scale);
  k.add("scale", scale_int64, about_scale);
  constexpr auto about_axpy = "adds a times x to y, in place";
  k.add("axpy", axpy<double>, about_axpy);
  k.add("axpy", axpy<float>, about_axpy);
}
