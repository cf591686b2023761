#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <vector>

#include <pinion/runtime/scenario/fault_spec.hpp>
#include <pinion/runtime/scenario/probe_spec.hpp>
#include <pinion/runtime/scenario/request_spec.hpp>
#include <pinion/runtime/scenario/way.hpp>

namespace pinion::scenario {

/// Many requests to one request actor, all answered in the same way.
struct burst_step {
  scenario::way way = way::awaited;
  request_spec request;
  std::size_t count = 1;
  std::size_t concurrent = 1; ///< asked at once; the next one is asked when one of them is answered
  std::optional<std::chrono::nanoseconds> timeout; ///< of each request; workers only
  bool idempotent = false;                         ///< may run again when its worker dies; workers only
  std::optional<probe_spec> probe;
  std::vector<fault_spec> faults;
};

} // namespace pinion::scenario
