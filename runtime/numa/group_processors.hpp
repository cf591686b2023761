#pragma once

#include <vector>

#include <hwloc.h>

#include <pinion/runtime/pinning.hpp>

namespace pinion::numa {

/// As processor_groups says, on a machine that may be a synthetic one. REQUIRES: core, l3 or numa.
std::vector<std::vector<int>> group_processors(hwloc_topology_t machine, pinning how,
                                               const std::vector<int>& processors);

} // namespace pinion::numa
