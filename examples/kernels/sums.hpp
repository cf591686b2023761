#pragma once

// Sums of any element type at the speed of memory: several accumulators, so that additions need not wait for
// each other and the compiler may use vectors without being allowed to reorder.

#include <algorithm>
#include <array>
#include <complex>
#include <concepts>
#include <cstdint>
#include <type_traits>

#include "runs.hpp"

namespace kernels {

// What a sum of T is: integers add in 64 bits and wrap around, floats in float64.
template <class T>
using sum_of = std::conditional_t<
    std::floating_point<T>, double,
    std::conditional_t<std::same_as<T, bool> || std::signed_integral<T>, std::int64_t,
                       std::conditional_t<std::unsigned_integral<T>, std::uint64_t, std::complex<double>>>>;

// Element i goes to lane i % 16; the even and the odd lanes are added apart, which suits complex numbers too.
struct lanes {
  static constexpr std::int64_t width = 16;
  std::array<double, width> sums{};

  // `data` is a pointer or a run.
  template <class Data>
  void add(Data data, std::int64_t count) {
    std::array<double, width> local{};
    std::int64_t i = 0;
    for (; i + width <= count; i += width)
      for (std::size_t k = 0; k < width; ++k)
        local[k] += static_cast<double>(data[i + static_cast<std::int64_t>(k)]);
    for (; i < count; ++i)
      local[static_cast<std::size_t>(i % width)] += static_cast<double>(data[i]);
    for (std::size_t k = 0; k < width; ++k)
      sums[k] += local[k];
  }

  std::complex<double> halves() const {
    double even = 0;
    double odd = 0;
    for (std::size_t k = 0; k < width; k += 2) {
      even += sums[k];
      odd += sums[k + 1];
    }
    return {even, odd};
  }
  double all() const { return halves().real() + halves().imag(); }
};

// Small integers: first in lanes of twice their width, 256 times at most, so that none overflows (256 x -128
// and 256 x 255 just fit into 16 bits); many more fit into a vector register than as 64 bits each. `value`
// reads one.
template <class Lane, class T, class Value>
std::uint64_t sum_narrow(const T* data, std::int64_t count, Value value) {
  constexpr std::int64_t width = 64 / sizeof(Lane);
  std::uint64_t total = 0;
  std::int64_t i = 0;
  while (count - i >= width) {
    const auto last = i + std::min<std::int64_t>(256, (count - i) / width) * width;
    std::array<Lane, static_cast<std::size_t>(width)> part{};
    for (; i < last; i += width)
      for (std::size_t k = 0; k < part.size(); ++k)
        part[k] = static_cast<Lane>(part[k] + value(data[i + static_cast<std::int64_t>(k)]));
    for (const auto each : part)
      total += static_cast<std::uint64_t>(each);
  }
  for (; i < count; ++i)
    total += static_cast<std::uint64_t>(value(data[i]));
  return total;
}

// In unsigned arithmetic, where wrapping around is no mistake.
template <std::integral T>
std::uint64_t sum_integers(const T* data, std::int64_t count) {
  const auto itself = [](T x) { return x; };
  if constexpr (sizeof(T) == 1)
    return sum_narrow<std::conditional_t<std::is_signed_v<T>, std::int16_t, std::uint16_t>>(data, count,
                                                                                            itself);
  else if constexpr (sizeof(T) == 2)
    return sum_narrow<std::conditional_t<std::is_signed_v<T>, std::int32_t, std::uint32_t>>(data, count,
                                                                                            itself);
  std::uint64_t total = 0;
  for (std::int64_t i = 0; i < count; ++i)
    total += static_cast<std::uint64_t>(data[i]);
  return total;
}

template <class T>
sum_of<T> sum_elements(const pinion::view<const T>& a) {
  if constexpr (std::same_as<T, bool>) {
    // Bytes of a file may hold more than 0 and 1; whatever is not 0 is true.
    const auto truth = [](unsigned char x) { return x != 0 ? 1 : 0; };
    std::uint64_t total = 0;
    for_each_run(
        [&](std::int64_t n, run<const bool> r) {
          const auto* bytes = reinterpret_cast<const unsigned char*>(r.data);
          if (r.step == 1)
            total += sum_narrow<std::uint16_t>(bytes, n, truth);
          else
            for (std::int64_t i = 0; i < n; ++i)
              total += static_cast<std::uint64_t>(truth(bytes[i * r.step]));
        },
        a);
    return static_cast<std::int64_t>(total);
  } else if constexpr (std::integral<T>) {
    std::uint64_t total = 0;
    for_each_run(
        [&](std::int64_t n, run<const T> r) {
          if (r.step == 1)
            total += sum_integers(r.data, n);
          else
            for (std::int64_t i = 0; i < n; ++i)
              total += static_cast<std::uint64_t>(r[i]);
        },
        a);
    return static_cast<sum_of<T>>(total);
  } else if constexpr (std::floating_point<T>) {
    lanes total;
    for_each_run(
        [&](std::int64_t n, run<const T> r) {
          if (r.step == 1)
            total.add(r.data, n);
          else
            total.add(r, n);
        },
        a);
    return total.all();
  } else {
    using part = typename T::value_type;
    lanes total;
    for_each_run(
        [&](std::int64_t n, run<const T> r) {
          if (r.step == 1)
            total.add(reinterpret_cast<const part*>(r.data), 2 * n);
          else
            for (std::int64_t i = 0; i < n; ++i) {
              total.sums[0] += static_cast<double>(r[i].real());
              total.sums[1] += static_cast<double>(r[i].imag());
            }
        },
        a);
    return total.halves();
  }
}

} // namespace kernels
