#pragma once

#include <string>
#include <vector>

#include <hwloc.h>

#include <pinion/runtime/memory_placement.hpp>

namespace pinion::numa {

/// What to ask of the system for each fresh mapping. A plain value.
struct placement_plan {
  hwloc_membind_policy_t policy = HWLOC_MEMBIND_FIRSTTOUCH;
  /// By the system's numbers, sorted. Empty: ask for nothing.
  std::vector<int> nodes;
  /// One line for the user where what was asked for makes no difference, or is unlikely to be meant.
  std::string note;
  /// The placement as it was asked for, for messages: "interleave:0,1".
  std::string asked;

  /// Nodes that were named must be there, have memory and be allowed to this process (cgroups), else
  /// runtime_errc::bad_config says which is what, and which would do. Where one node alone would do, nothing
  /// is to be asked for. An interleave without names takes all nodes that would do and have processors:
  /// memory that no processor is near to (of a graphics card, or far and slow) has to be named.
  ///
  /// `processors`: those that this pinion node runs on, for a note when all of them are far from the memory.
  static placement_plan make(hwloc_topology_t machine, const memory_placement& asked,
                             const std::vector<int>& processors);
};

} // namespace pinion::numa
