#pragma once

#include <vector>

#include <pinion/runtime/pinning.hpp>

namespace pinion {

/// The processors, sorted, in groups that share a core, a level-3 cache or a NUMA node, in the order of their
/// first ones; none is empty. What has no such neighbour (a machine that tells of no cache) is one group. For
/// core, l3 and numa hwloc is loaded, in a library of its own (libpinion_numa.so). Throws
/// runtime_errc::plugin_not_loaded, system_refused.
std::vector<std::vector<int>> processor_groups(pinning how, const std::vector<int>& processors);

} // namespace pinion
