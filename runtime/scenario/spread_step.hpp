#pragma once

#include <cstddef>
#include <string>

#include <pinion/runtime/scenario/mark.hpp>

namespace pinion::scenario {

/// One array brought to some workers, copied through messages or shared, and computed over whole by each of
/// them.
struct spread_step {
  mark where; ///< of its kernel, else of its array
  bool shared = true;
  std::string array;
  std::size_t workers = 1;         ///< slots 0 to workers-1
  std::size_t chunk = 1024 * 1024; ///< bytes in one message; copied only
  std::size_t in_flight = 8;       ///< messages on their way to one worker; copied only
  std::string kernel = "sum";      ///< what each worker computes; takes one array and gives a number
};

} // namespace pinion::scenario
