#pragma once

#include <cstdint>

namespace pinion {

/// What becomes of a task for which there is no room in the queue.
enum class full_policy : std::uint8_t {
  reject, ///< it fails at once with overloaded, and is told when to try again
  wait,   ///< its thread waits in submit() until there is room. Who must not wait (an actor, a callback, a
          ///< client on the command line) has the same room once more, and fails with overloaded beyond it
  shed,   ///< the oldest of the lowest priority goes instead, with overloaded
};

} // namespace pinion
