#pragma once

#include <cstdint>
#include <string>

namespace pinion {

/// How much there is at this moment, in bytes; a total of 0 where there is no limit, or none that is known.
struct shm_room {
  std::uint64_t free = 0;
  std::uint64_t total = 0;
};

/// Memory that this process could take without the kernel killing anybody: of the machine, swap included, and
/// of each control group around it (cgroups(7), both versions); the least counts. A group's page cache counts
/// as free. `root` stands before /proc and /sys, for tests. Any thread; reads some files, so it takes some 50
/// us.
shm_room room_in_memory(const std::string& root = "");

/// Only the control groups' part; a total of 0 where none has a limit.
shm_room room_in_groups(const std::string& root = "");

} // namespace pinion
