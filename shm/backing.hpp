#pragma once

#include <cstdint>

namespace pinion {

/// What a segment of memory is to the operating system.
enum class backing : std::uint8_t {
  /// `named`, but `memfd` where /dev/shm is too small for what is asked of it.
  automatic,
  /// An object in /dev/shm: found by its name, counted against the size of that file system.
  named,
  /// Anonymous memory (memfd_create(2)), without a name of its own and bounded by the machine's memory alone:
  /// other processes reach it through the node that made it.
  memfd,
};

} // namespace pinion
