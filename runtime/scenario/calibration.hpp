#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include <pinion/runtime/scenario/mark.hpp>

namespace pinion::scenario {

/// A setting that is measured when the scenario starts: the whole number for which one call of a kernel costs
/// about `seconds` of processor time on this machine.
struct calibration {
  std::string name;
  std::string kernel;
  double seconds = 0;
  mark where;
};

/// Finds that number: `cost` gives the seconds that the kernel takes for one. It must grow with the number,
/// by any law from linear to exponential. Costs few calls, none much above `seconds` for a cost that at most
/// doubles with each step. Calls `cost` on the caller's thread; fails when no number is dear enough.
std::int64_t calibrate(const calibration& what, const std::function<double(std::int64_t)>& cost);

} // namespace pinion::scenario
