#pragma once

#include <chrono>
#include <optional>

#include <pinion/runtime/scenario/probe_spec.hpp>

namespace pinion::scenario {

/// Nothing is asked for a while, but for the probe.
struct pause_step {
  std::chrono::milliseconds length{0};
  std::optional<probe_spec> probe;
};

} // namespace pinion::scenario
