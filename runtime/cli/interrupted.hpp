// A signal ended the work before it was done.
#pragma once

#include <stdexcept>
#include <string>

namespace pinion::cli {

/// The program ends with 128 + the signal's number, as shells do for programs that a signal killed.
class interrupted : public std::runtime_error {
public:
  explicit interrupted(int signal)
      : std::runtime_error("interrupted by signal " + std::to_string(signal)), code_(128 + signal) {}
  int exit_code() const noexcept { return code_; }

private:
  int code_;
};

} // namespace pinion::cli
