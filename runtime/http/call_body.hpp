#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <pinion/actors/argument.hpp>
#include <pinion/actors/task.hpp>
#include <pinion/runtime/http/request.hpp>

namespace pinion::http {

/// What is wrong with a request that could be read; `status` as RFC 9110 has it.
struct bad_request {
  unsigned status = 400;
  std::string detail;
};

/// An array that the node publishes.
struct array_name {
  std::string name;
};

/// As a request spells it: a text may be meant as the name of an array.
using call_argument = std::variant<argument, array_name>;

/// {"args": [1, 2.5, "text", true]}: whole numbers, numbers, texts, truth values; {"re": 1, "im": 2} for a
/// complex one, {"array": "prices"} for an array by its name; "nan", "inf" and "-inf" are texts. Throws
/// bad_request. A body with far more than `most` of them is not read.
std::vector<call_argument> arguments_of(std::string_view body, std::size_t most);

/// One that stands in the query, as there: arg=2.5&arg=true&arg=some+text. `position` counts from 1. Throws
/// bad_request.
call_argument argument_of(const std::string& text, std::size_t position);

/// What the fields of a request say of a task: Pinion-Timeout ("500ms"), and Priority (RFC 9218, "u=0" the
/// most urgent, 3 where it is not said, 7 the least: priorities 3 to -4 here). Throws bad_request.
task_options options_of(const request& what);

} // namespace pinion::http
