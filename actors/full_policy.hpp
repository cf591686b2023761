#pragma once

#include <cstdint>

namespace pinion {

/// What becomes of a task for which there is no room in the queue.
enum class full_policy : std::uint8_t {
  reject, ///< it fails at once with overloaded, and is told when to try again
  wait,   ///< its thread waits in submit() until there is room; an actor's request waits for its answer
  shed,   ///< the oldest of the lowest priority goes instead, with overloaded
};

} // namespace pinion
