#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace pinion {

/// A segment that the sweep removed.
struct swept {
  std::string segment;
  std::int64_t owner_pid;
  std::uint64_t size;
  /// Bytes of memory that it took; free when nobody has it mapped.
  std::uint64_t taken;
};

/// Removes from /dev/shm the segments of this user whose owner is dead: what is left of processes that were
/// killed. Whoever still has one mapped keeps its memory. Any process may call it at any time, several at
/// once too. Left alone: names that are not ours, other users' segments, and those whose owner counts its ids
/// in another namespace (a container with the same /dev/shm), as nobody here can tell whether it lives. What
/// cannot be removed is left out of the answer, and its name added to `kept`; what somebody else has removed
/// meanwhile is in neither.
std::vector<swept> sweep_dead_owners(std::vector<std::string>* kept = nullptr);

} // namespace pinion
