#pragma once

#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace pinion::scenario {

/// The value of a name; called in the order of the text.
using name_lookup = std::function<double(std::string_view name)>;

/// Both sides of a comparison, and whether it holds.
struct comparison {
  double left = 0;
  double right = 0;
  bool holds = false; ///< never, where a side is no finite number (1/0)
};

/// The text is no comparison; what() says where and what was expected there.
class expression_error : public std::runtime_error {
public:
  using std::runtime_error::runtime_error;
};

/// Reads and computes `text`:
///
///     comparison = sum ( "<" | "<=" | ">" | ">=" | "==" | "!=" ) sum
///     sum        = product { ( "+" | "-" ) product }
///     product    = factor { ( "*" | "/" ) factor }
///     factor     = number [ "KiB" | "MiB" | "GiB" ] | name { "." name } | "-" factor | "(" sum ")"
///
/// Throws expression_error, and whatever `lookup` throws. Any thread.
comparison evaluate(std::string_view text, const name_lookup& lookup);

} // namespace pinion::scenario
