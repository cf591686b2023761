#pragma once

#include <complex>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <type_traits>

namespace pinion {

/// The type of an array's elements. The values travel in messages: never renumber them. 0 is no type.
enum class dtype : std::uint8_t {
  boolean = 1,
  int8,
  int16,
  int32,
  int64,
  uint8,
  uint16,
  uint32,
  uint64,
  float32,
  float64,
  complex64,
  complex128,
};

/// False for a number that is no dtype, as a message from elsewhere may hold.
bool valid(dtype type) noexcept;

/// Bytes of one element, and its alignment; 0 for what is no dtype. (A complex number is aligned as its
/// halves are; we ask for no more than the compiler does.)
std::size_t item_size(dtype type) noexcept;
std::size_t alignment_of(dtype type) noexcept;

/// NumPy's names: "bool", "int8" ... "complex128"; "invalid" for what is no dtype.
std::string_view name_of(dtype type) noexcept;
std::optional<dtype> dtype_named(std::string_view name) noexcept;

namespace detail {

// 0: not an element. Integers go by size and sign, so `long` and `long long` are both int64; `char` and the
// other character types are text, not numbers.
template <class T>
consteval std::uint8_t dtype_number() {
  if constexpr (std::same_as<T, bool>)
    return static_cast<std::uint8_t>(dtype::boolean);
  else if constexpr (std::same_as<T, char> || std::same_as<T, wchar_t> || std::same_as<T, char8_t> ||
                     std::same_as<T, char16_t> || std::same_as<T, char32_t>)
    return 0;
  else if constexpr (std::integral<T> && std::same_as<T, std::remove_cv_t<T>> && sizeof(T) <= 8) {
    constexpr auto first = std::is_signed_v<T> ? dtype::int8 : dtype::uint8;
    constexpr int step = sizeof(T) == 1 ? 0 : sizeof(T) == 2 ? 1 : sizeof(T) == 4 ? 2 : 3;
    return static_cast<std::uint8_t>(static_cast<int>(first) + step);
  } else if constexpr (std::same_as<T, float>)
    return static_cast<std::uint8_t>(dtype::float32);
  else if constexpr (std::same_as<T, double>)
    return static_cast<std::uint8_t>(dtype::float64);
  else if constexpr (std::same_as<T, std::complex<float>>)
    return static_cast<std::uint8_t>(dtype::complex64);
  else if constexpr (std::same_as<T, std::complex<double>>)
    return static_cast<std::uint8_t>(dtype::complex128);
  else
    return 0;
}

} // namespace detail

/// A C++ type (not const) that can be the element of an array.
template <class T>
concept element = detail::dtype_number<T>()
!= 0;

template <element T>
inline constexpr dtype dtype_of = static_cast<dtype>(detail::dtype_number<T>());

static_assert(sizeof(bool) == 1 && sizeof(float) == 4 && sizeof(double) == 8);
static_assert(sizeof(std::complex<float>) == 8 && sizeof(std::complex<double>) == 16);

} // namespace pinion
