#pragma once

#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include <pinion/actors/argument.hpp>
#include <pinion/actors/error.hpp>

namespace pinion {

/// The one rule of what becomes what, for parameters and for results alike: integers become any integer type
/// that holds their value, any float and any complex type; floats become floats (a float32 rounds, but does
/// not overflow) and complex numbers; nothing becomes an integer but an integer, a bool but a bool, or a text
/// but a text. Nothing when the rule says no.
template <element T>
std::optional<T> convert(const argument_view& x) {
  const auto from_integer = [](auto value) -> std::optional<T> {
    if constexpr (std::same_as<T, bool>)
      return std::nullopt;
    else if constexpr (std::integral<T>)
      return std::in_range<T>(value) ? std::optional<T>(static_cast<T>(value)) : std::nullopt;
    else if constexpr (std::floating_point<T>)
      return static_cast<T>(value);
    else
      return T(static_cast<typename T::value_type>(value));
  };
  // Not-a-number and the infinities are values of both float types.
  [[maybe_unused]] const auto narrow = []<class To>(std::type_identity<To>,
                                                    double value) -> std::optional<To> {
    if (std::isfinite(value) && std::abs(value) > static_cast<double>(std::numeric_limits<To>::max()))
      return std::nullopt;
    return static_cast<To>(value);
  };
  if (const auto* i = std::get_if<std::int64_t>(&x))
    return from_integer(*i);
  if (const auto* u = std::get_if<std::uint64_t>(&x))
    return from_integer(*u);
  if constexpr (std::same_as<T, bool>) {
    if (const auto* b = std::get_if<bool>(&x))
      return *b;
  } else if constexpr (std::floating_point<T>) {
    if (const auto* d = std::get_if<double>(&x))
      return narrow(std::type_identity<T>{}, *d);
  } else if constexpr (!std::integral<T>) {
    using part = typename T::value_type;
    std::complex<double> whole;
    if (const auto* d = std::get_if<double>(&x))
      whole = *d;
    else if (const auto* c = std::get_if<std::complex<double>>(&x))
      whole = *c;
    else
      return std::nullopt;
    const auto real = narrow(std::type_identity<part>{}, whole.real());
    const auto imag = narrow(std::type_identity<part>{}, whole.imag());
    if (real && imag)
      return T(*real, *imag);
  }
  return std::nullopt;
}

/// How a type is called in signatures and messages: "int64", "string", "array reference".
template <class T>
std::string type_name() {
  if constexpr (element<T>)
    return std::string(name_of(dtype_of<T>));
  else if constexpr (std::same_as<T, std::string> || std::same_as<T, std::string_view>)
    return "string";
  else
    return "array reference";
}

[[noreturn]] void raise_wrong_result(std::string_view wanted, const argument& got);

/// A result as the caller wants to have it: a scalar, std::string, array_ref, argument (as it is) or void
/// (any result is dropped). Throws task_error(wrong_result_type) that names wanted and got.
template <class T>
T from_argument(argument x) {
  if constexpr (std::is_void_v<T>) {
    return;
  } else if constexpr (std::same_as<T, argument>) {
    return x;
  } else if constexpr (element<T>) {
    if (const auto value = convert<T>(look(x)))
      return *value;
    raise_wrong_result(type_name<T>(), x);
  } else {
    static_assert(std::same_as<T, std::string> || std::same_as<T, array_ref>,
                  "a result is void, a number, std::string, pinion::array_ref or pinion::argument");
    if (auto* value = std::get_if<T>(&x))
      return std::move(*value);
    raise_wrong_result(type_name<T>(), x);
  }
}

} // namespace pinion
