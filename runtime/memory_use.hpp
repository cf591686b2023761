#pragma once

#include <cstdint>

#include <pinion/shm/store.hpp>

namespace pinion {

/// How much shared memory a node has, in bytes.
struct memory_use {
  std::uint64_t limit = 0; ///< 0: none but that of /dev/shm
  std::uint64_t taken = 0; ///< of arrays, and of the results that its workers make
  store_stats arrays;      ///< of its store
};

} // namespace pinion
