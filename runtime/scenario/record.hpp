#pragma once

#include <map>
#include <string>
#include <vector>

#include <pinion/runtime/scenario/expectation.hpp>
#include <pinion/runtime/scenario/measurements.hpp>

namespace pinion::scenario {

/// All that playing a scenario brought to light. Written by the player's thread, then read by the report.
struct record {
  measurements measured;
  /// By the name of a step: what a crash took down, the first error of a burst.
  std::map<std::string, std::string> remarks;
  /// Of the whole: the machine, measured settings.
  std::vector<std::string> facts;
  /// In the order of the script's expectations.
  std::vector<expectation::verdict> verdicts;

  bool all_hold() const noexcept;
};

} // namespace pinion::scenario
