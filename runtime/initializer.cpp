#include <pinion/runtime/initializer.hpp>

#include <charconv>
#include <iomanip>
#include <limits>
#include <sstream>

namespace pinion {

namespace {

template <class Number>
std::optional<Number> number(const std::string& text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size() ? std::optional{value} : std::nullopt;
}

argument argument_of(const std::string& word) {
  if (word == "true" || word == "false")
    return word == "true";
  if (const auto whole = number<std::int64_t>(word))
    return *whole;
  if (const auto other = number<double>(word))
    return *other;
  return word;
}

std::string text_of(const argument& value) {
  std::ostringstream out;
  if (const auto* truth = std::get_if<bool>(&value))
    out << (*truth ? "true" : "false");
  else if (const auto* whole = std::get_if<std::int64_t>(&value))
    out << *whole;
  else if (const auto* large = std::get_if<std::uint64_t>(&value))
    out << *large;
  else if (const auto* number = std::get_if<double>(&value))
    out << std::setprecision(std::numeric_limits<double>::max_digits10) << *number;
  else if (const auto* text = std::get_if<std::string>(&value))
    out << std::quoted(*text);
  return out.str();
}

} // namespace

std::optional<initializer> parse_initializer(std::string_view text) {
  initializer result;
  std::istringstream in{std::string(text)};
  while (!(in >> std::ws).eof()) {
    const bool quoted = in.peek() == '"';
    std::string word;
    if (!(in >> std::quoted(word)))
      return std::nullopt;
    // A quote that was not closed swallows the rest.
    if (quoted && in.eof() && (text.back() != '"' || (text.size() > 1 && text[text.size() - 2] == '\\')))
      return std::nullopt;
    if (result.kernel.empty())
      result.kernel = word;
    else
      result.arguments.push_back(quoted ? argument(word) : argument_of(word));
    if (result.kernel.empty())
      return std::nullopt;
  }
  return result;
}

std::string initializer_text(const initializer& what) {
  auto result = what.kernel;
  for (const auto& each : what.arguments)
    result += " " + text_of(each);
  return result;
}

} // namespace pinion
