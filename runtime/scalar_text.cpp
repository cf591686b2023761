#include <pinion/runtime/scalar_text.hpp>

#include <charconv>
#include <cmath>
#include <cstring>
#include <type_traits>

namespace pinion {
namespace {

template <class Float>
std::string shortest(Float value) {
  char text[64]; // 1e-4 to 1e16 in fixed: at most 17 digits behind five zeros and a sign
  const auto size = std::fabs(value);
  const bool fixed = !std::isfinite(value) || value == 0 || (size >= Float(1e-4) && size < Float(1e16));
  const auto format = fixed ? std::chars_format::fixed : std::chars_format::scientific;
  // A sign of "not a number" means nothing to a reader.
  const auto end =
      std::to_chars(text, text + sizeof text, std::isnan(value) ? std::fabs(value) : value, format);
  return {text, end.ptr};
}

template <class Float>
std::string complex_text(const std::complex<Float>& value) {
  auto imaginary = shortest(value.imag());
  if (imaginary.front() != '-')
    imaginary.insert(0, 1, '+');
  return "(" + shortest(value.real()) + imaginary + "j)";
}

template <class T>
std::string text_at(const void* element) {
  T value{};
  std::memcpy(&value, element, sizeof value);
  if constexpr (std::is_integral_v<T>)
    return std::to_string(value);
  else
    return number_text(value);
}

struct printer {
  std::string operator()(std::monostate) const { return ""; }
  std::string operator()(bool value) const { return value ? "true" : "false"; }
  std::string operator()(std::int64_t value) const { return std::to_string(value); }
  std::string operator()(std::uint64_t value) const { return std::to_string(value); }
  std::string operator()(double value) const { return number_text(value); }
  std::string operator()(const std::complex<double>& value) const { return number_text(value); }
  std::string operator()(const std::string& value) const { return value; }
  std::string operator()(const array_ref& value) const { return to_string(value); }
};

} // namespace

std::string number_text(double value) { return shortest(value); }
std::string number_text(float value) { return shortest(value); }
std::string number_text(const std::complex<double>& value) { return complex_text(value); }
std::string number_text(const std::complex<float>& value) { return complex_text(value); }

std::string scalar_text(const argument& value) { return std::visit(printer{}, value); }

std::string element_text(const void* element, dtype type) {
  switch (type) {
  case dtype::boolean:
    // Any byte but 0 is true; reading it as a bool would be undefined.
    return text_at<std::uint8_t>(element) == "0" ? "false" : "true";
  case dtype::int8:
    return text_at<std::int8_t>(element);
  case dtype::int16:
    return text_at<std::int16_t>(element);
  case dtype::int32:
    return text_at<std::int32_t>(element);
  case dtype::int64:
    return text_at<std::int64_t>(element);
  case dtype::uint8:
    return text_at<std::uint8_t>(element);
  case dtype::uint16:
    return text_at<std::uint16_t>(element);
  case dtype::uint32:
    return text_at<std::uint32_t>(element);
  case dtype::uint64:
    return text_at<std::uint64_t>(element);
  case dtype::float32:
    return text_at<float>(element);
  case dtype::float64:
    return text_at<double>(element);
  case dtype::complex64:
    return text_at<std::complex<float>>(element);
  case dtype::complex128:
    return text_at<std::complex<double>>(element);
  }
  return "?";
}

} // namespace pinion
