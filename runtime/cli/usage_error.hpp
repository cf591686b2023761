// Wrong usage of the program.
#pragma once

#include <stdexcept>

namespace pinion::cli {

/// The command line cannot be understood; what() says why in one line. The program ends with
/// exit_code::usage.
class usage_error : public std::runtime_error {
public:
  using std::runtime_error::runtime_error;
};

/// What the program's exit codes mean; scripts rely on them.
enum exit_code : int { done = 0, failed = 1, usage = 2 };

} // namespace pinion::cli
