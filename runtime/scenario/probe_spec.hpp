#pragma once

#include <chrono>

namespace pinion::scenario {

/// Asks the request actor something trivial again and again while a step runs.
struct probe_spec {
  std::chrono::milliseconds every{20};
};

} // namespace pinion::scenario
