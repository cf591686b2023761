#pragma once

#include <cstdint>
#include <string>

namespace pinion {

/// How much room there is at this moment, in bytes; a total of 0 where there is no limit.
struct shm_room {
  std::uint64_t free;
  std::uint64_t total;
};

/// Throws system_failed when /dev/shm cannot be asked.
shm_room room_in_shm();

/// Gives a new, empty object its size and its pages, so that no later touch of it can fail: a full /dev/shm,
/// or one larger than the memory that is left, is a no_space_error here instead of a SIGBUS or the kernel's
/// out-of-memory killer later. Memory limits of a control group are not looked at. Not undone on failure; the
/// caller removes the object.
void reserve(int descriptor, std::uint64_t size, const std::string& name);

} // namespace pinion
