#pragma once

#include <string>

namespace pinion::scenario {

/// How one request ended.
struct answer {
  bool is_result = false;
  std::string error;      ///< why there is no result
  double cpu_seconds = 0; ///< processor time of the kernel's thread
};

} // namespace pinion::scenario
