#pragma once

#include <memory>
#include <type_traits>

#include <hwloc.h>

namespace pinion::numa {

struct topology_end {
  void operator()(hwloc_topology_t what) const noexcept { hwloc_topology_destroy(what); }
};

/// What hwloc knows of a machine. Its getters may be called by any thread.
using topology = std::unique_ptr<std::remove_pointer_t<hwloc_topology_t>, topology_end>;

/// This machine's, or the one that `synthetic` describes ("node:2 core:2 pu:1"; hwloc's manual, "Synthetic
/// topologies"). NUMA nodes that a cgroup keeps from this process are in it, but not among the allowed ones.
/// Throws runtime_errc::system_refused.
topology load_topology(const char* synthetic = nullptr);

/// This machine's, read at the first call and kept for the life of the process. Any thread.
hwloc_topology_t this_machine();

} // namespace pinion::numa
