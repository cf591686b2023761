#pragma once

#include <string>
#include <string_view>
#include <variant>

#include <pinion/runtime/scenario/burst_step.hpp>
#include <pinion/runtime/scenario/crash_step.hpp>
#include <pinion/runtime/scenario/fault_step.hpp>
#include <pinion/runtime/scenario/pause_step.hpp>
#include <pinion/runtime/scenario/spread_step.hpp>

namespace pinion::scenario {

/// One step of a scenario. Its name is the first part of the names of all that it measures.
struct step {
  std::string name;
  mark where;
  std::variant<burst_step, crash_step, fault_step, pause_step, spread_step> what;
};

} // namespace pinion::scenario
