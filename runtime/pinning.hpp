#pragma once

#include <cstdint>

namespace pinion {

/// Which processors a worker has.
enum class pinning : std::uint8_t {
  processor, ///< one of its own, or its share of those that are listed
  core,      ///< those of one core, its hardware threads
  l3,        ///< those that share a level-3 cache
  numa,      ///< those of one NUMA node
  none,      ///< all of them: the system decides
};

} // namespace pinion
