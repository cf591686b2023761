// How a kernel's arguments are spelled on the command line.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include <pinion/actors/argument.hpp>
#include <pinion/runtime/cli/file_argument.hpp>
#include <pinion/shm/dtype.hpp>
#include <pinion/shm/shape.hpp>

namespace pinion::cli {

/// `zeros:float64:2x3`: a fresh array, mostly for a kernel to write to.
struct zeros_argument {
  dtype type{};
  extents shape;
};

/// `name:prices`: an array that a node of this user publishes.
struct published_argument {
  std::string name;
};

/// An argument as it was written; arrays are not made yet.
using argument_text = std::variant<argument, file_argument, zeros_argument, published_argument>;

/// Reads one spelling: integers, floats (also `inf` and `nan`), complex numbers (`1+2j`), `true`, `false`,
/// arrays as above, `str:text` for a string whatever it looks like, and else a string. Throws usage_error for
/// an array that is spelled wrong and for numbers too large for any type.
argument_text parse_argument(std::string_view text);

} // namespace pinion::cli
