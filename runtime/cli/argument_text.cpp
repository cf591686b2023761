#include <pinion/runtime/cli/argument_text.hpp>

#include <charconv>
#include <complex>
#include <optional>
#include <string>

#include <pinion/runtime/cli/element_text.hpp>
#include <pinion/runtime/cli/usage_error.hpp>
#include <pinion/runtime/node_name.hpp>

namespace pinion::cli {
namespace {

constexpr std::string_view zeros = "zeros:";
constexpr std::string_view published = "name:";

// The number that fills the whole text; nothing for any other text; out of range is refused.
template <class Number>
std::optional<Number> whole(std::string_view text, std::string_view spelled) {
  if (text.size() > 1 && text[0] == '+' && text[1] != '-')
    text.remove_prefix(1);
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || end != text.data() + text.size() || error == std::errc::invalid_argument)
    return std::nullopt;
  if (error == std::errc::result_out_of_range)
    refuse_argument(spelled, "too large or too small for any number type; write str:" + std::string(spelled) +
                                 " for a string");
  return value;
}

bool all_digits(std::string_view text) {
  if (!text.empty() && (text[0] == '-' || text[0] == '+'))
    text.remove_prefix(1);
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

// `1+2j`, `(1-2j)`, `2j`: at least one digit, so that words like "j" stay words.
std::optional<std::complex<double>> complex_number(std::string_view spelled) {
  auto text = spelled;
  if (text.size() > 2 && text.front() == '(' && text.back() == ')')
    text = text.substr(1, text.size() - 2);
  if (text.size() < 2 || text.back() != 'j' || text.find_first_of("0123456789") == std::string_view::npos)
    return std::nullopt;
  text.remove_suffix(1);
  // The sign between the parts is the last one that belongs to no exponent.
  auto split = text.find_last_of("+-");
  while (split != std::string_view::npos && split > 0 && (text[split - 1] == 'e' || text[split - 1] == 'E'))
    split = text.find_last_of("+-", split - 1);
  if (split == std::string_view::npos || split == 0) {
    const auto imaginary = whole<double>(text, spelled);
    return imaginary ? std::optional{std::complex<double>(0, *imaginary)} : std::nullopt;
  }
  const auto real = whole<double>(text.substr(0, split), spelled);
  const auto imaginary = whole<double>(text.substr(split), spelled);
  if (!real || !imaginary)
    return std::nullopt;
  return std::complex<double>(*real, *imaginary);
}

zeros_argument zeros_array(std::string_view text) {
  const auto rest = text.substr(zeros.size());
  const auto colon = rest.find(':');
  if (colon == std::string_view::npos)
    refuse_argument(text, "type and shape must follow, such as zeros:float64:2x3");
  const auto type = parse_element_type(rest.substr(0, colon), text);
  if (colon + 1 == rest.size())
    refuse_argument(text, "a shape must follow, such as 2x3");
  return {type, parse_shape(rest.substr(colon + 1), 'x', 0, text)};
}

} // namespace

argument_text parse_argument(std::string_view text) {
  if (text.starts_with("str:"))
    return argument(std::string(text.substr(4)));
  if (text.starts_with('@') || text.starts_with(mapped_mark))
    return parse_file_argument(text);
  if (text.starts_with(published)) {
    const auto name = text.substr(published.size());
    if (!valid_node_name(name))
      refuse_argument(text, "the name of a published array must follow, " + std::string(node_name_rule) +
                                "; write str:" + std::string(text) + " for a string");
    return published_argument{std::string(name)};
  }
  if (text.starts_with(zeros))
    return zeros_array(text);
  if (text == "true" || text == "false")
    return argument(text == "true");
  if (all_digits(text)) {
    const bool negative = text.front() == '-';
    std::int64_t number = 0;
    const auto digits = text.front() == '+' ? text.substr(1) : text;
    if (std::from_chars(digits.data(), digits.data() + digits.size(), number).ec == std::errc{})
      return argument(number);
    if (!negative)
      return argument(*whole<std::uint64_t>(text, text));
    refuse_argument(text, "too small for any integer type; write str:" + std::string(text) + " for a string");
  }
  if (const auto number = whole<double>(text, text))
    return argument(*number);
  if (const auto number = complex_number(text))
    return argument(*number);
  return argument(std::string(text));
}

} // namespace pinion::cli
