#include <pinion/runtime/http/call_body.hpp>

#include <algorithm>
#include <complex>
#include <cstdint>

#include <nlohmann/json.hpp>

#include <pinion/runtime/duration_text.hpp>

namespace pinion::http {

namespace {

using nlohmann::json;

constexpr auto shape = "the body is {\"args\": [...]}, the kernel's arguments in their order";

call_argument argument_of(const json& value, std::size_t position) {
  switch (value.type()) {
  case json::value_t::boolean:
    return argument(value.get<bool>());
  case json::value_t::number_integer:
    return argument(value.get<std::int64_t>());
  case json::value_t::number_unsigned:
    if (const auto number = value.get<std::uint64_t>(); number > std::uint64_t{INT64_MAX})
      return argument(number);
    return argument(value.get<std::int64_t>());
  case json::value_t::number_float:
    return argument(value.get<double>());
  case json::value_t::string:
    return argument(value.get<std::string>());
  case json::value_t::object:
    if (value.size() == 2 && value.contains("re") && value.contains("im") && value["re"].is_number() &&
        value["im"].is_number())
      return argument(std::complex<double>(value["re"].get<double>(), value["im"].get<double>()));
    if (value.size() == 1 && value.contains("array") && value["array"].is_string())
      return array_name{value["array"].get<std::string>()};
    break;
  default:
    break;
  }
  throw bad_request{422, "argument " + std::to_string(position) + " is " + std::string(value.type_name()) +
                             "; arguments are numbers, texts, true, false, {\"re\": 1, \"im\": 2} and "
                             "{\"array\": \"name\"}"};
}

// Whether it can be arguments for one that takes so many: what is made of a body is larger than the body.
bool modest(std::string_view body, std::size_t most) noexcept {
  constexpr std::size_t deepest = 3; // {"args": [{"re": 1, "im": 2}]}
  std::size_t depth = 0;
  std::size_t commas = 0;
  for (std::size_t i = 0; i < body.size(); ++i)
    switch (body[i]) {
    case '"': // to the end of the text
      for (++i; i < body.size() && body[i] != '"'; ++i)
        i += body[i] == '\\' ? 1U : 0U;
      break;
    case '{':
    case '[':
      if (++depth > deepest)
        return false;
      break;
    case '}':
    case ']':
      depth -= depth > 0 ? 1 : 0;
      break;
    case ',':
      if (++commas > 2 * most + 2)
        return false;
      break;
    default:
      break;
    }
  return true;
}

} // namespace

std::vector<call_argument> arguments_of(std::string_view body, std::size_t most) {
  if (!modest(body, most))
    throw bad_request{422,
                      std::string(shape) + "; this kernel takes " + std::to_string(most) + " at the most"};
  json whole;
  try {
    whole = json::parse(body);
  } catch (const json::out_of_range&) {
    throw bad_request{422, std::string(shape) + "; a number in it is larger than a float64 can be"};
  } catch (const json::exception& why) {
    // "[json.exception.parse_error.101] parse error at line 1, ...": the mark is the library's.
    const std::string_view words = why.what();
    throw bad_request{400, std::string(shape) + "; this is no JSON: " +
                               std::string(words.substr(std::min(words.find("] ") + 2, words.size())))};
  }
  if (!whole.is_object() || !whole.contains("args") || !whole["args"].is_array())
    throw bad_request{422, shape};
  for (const auto& [name, value] : whole.items())
    if (name != "args")
      throw bad_request{422, std::string(shape) + "; \"" + name + "\" is unknown"};
  std::vector<call_argument> result;
  for (const auto& each : whole["args"])
    result.push_back(argument_of(each, result.size() + 1));
  return result;
}

call_argument argument_of(const std::string& text, std::size_t position) {
  const auto value = json::parse(text, nullptr, false);
  if (value.is_number() || value.is_boolean() || value.is_object())
    return argument_of(value, position);
  return argument(text);
}

task_options options_of(const request& what) {
  task_options result;
  if (const auto* time = what.field("Pinion-Timeout")) {
    result.timeout = parse_duration(*time);
    if (!result.timeout || result.timeout->count() <= 0)
      throw bad_request{400,
                        "Pinion-Timeout: '" + *time +
                            "' is no time that a task could take; write a number and a unit, as 500ms or "
                            "2s"};
  }
  if (const auto* priority = what.field("Priority")) {
    constexpr int usual = 3;
    constexpr std::string_view name = "u=";
    // Other members of the dictionary are others' (RFC 9218, 4).
    const auto at = priority->find(name);
    if (at != std::string::npos && (at == 0 || (*priority)[at - 1] == ' ' || (*priority)[at - 1] == ',')) {
      const auto digit = at + name.size() < priority->size() ? (*priority)[at + name.size()] : ' ';
      if (digit >= '0' && digit <= '7') // others are passed over
        result.priority = usual - (digit - '0');
    }
  }
  return result;
}

} // namespace pinion::http
