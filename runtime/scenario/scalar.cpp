#include <charconv>
#include <cmath>

#include <pinion/runtime/scenario/scalar.hpp>

namespace pinion::scenario {
namespace {

template <class Number>
bool read_number(const std::string& text, scalar& out) {
  Number value{};
  const char* first = text.data() + (text.starts_with('+') ? 1 : 0);
  const char* last = text.data() + text.size();
  auto [end, error] = std::from_chars(first, last, value);
  if (error != std::errc{} || end != last || first == last)
    return false;
  if constexpr (std::is_floating_point_v<Number>) {
    if (!std::isfinite(value))
      return false;
  }
  out = value;
  return true;
}

} // namespace

std::string number_text(double value) {
  char buffer[32];
  auto [end, error] = std::to_chars(buffer, buffer + sizeof buffer, value);
  return error == std::errc{} ? std::string(buffer, end) : std::to_string(value);
}

std::string to_text(const scalar& value) {
  if (const auto* flag = std::get_if<bool>(&value))
    return *flag ? "true" : "false";
  if (const auto* whole = std::get_if<std::int64_t>(&value))
    return std::to_string(*whole);
  if (const auto* number = std::get_if<double>(&value))
    return number_text(*number);
  return std::get<std::string>(value);
}

std::string_view kind_name(const scalar& value) noexcept {
  constexpr std::string_view names[] = {"true or false", "a whole number", "a number", "a text"};
  return names[value.index()];
}

bool read_as(const scalar& like, const std::string& text, scalar& out) {
  switch (like.index()) {
  case 0:
    if (text != "true" && text != "false")
      return false;
    out = text == "true";
    return true;
  case 1:
    return read_number<std::int64_t>(text, out);
  case 2:
    return read_number<double>(text, out);
  default:
    out = text;
    return true;
  }
}

} // namespace pinion::scenario
