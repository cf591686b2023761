#pragma once

#include <pinion/runtime/scenario/fault_spec.hpp>

namespace pinion::scenario {

/// A blow against a worker between two bursts; a killed worker is waited for until another one has its place.
struct fault_step {
  fault_spec fault;
};

} // namespace pinion::scenario
