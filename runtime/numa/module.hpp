// The door of libpinion_numa.so, which alone is linked with hwloc.
#pragma once

#include <vector>

#include <pinion/runtime/memory_placement.hpp>
#include <pinion/runtime/memory_placer.hpp>
#include <pinion/runtime/pinning.hpp>

namespace pinion::numa {

/// Loading hwloc costs a process about a millisecond and 80 KiB: too much for each worker, which has no use
/// for it. So it is loaded by who needs it, and by name.
inline constexpr const char* module_file = "libpinion_numa.so";
inline constexpr const char* module_entry = "pinion_numa_open";

/// Fills `into` as memory_placer::make says. Library and module are built and installed together, so C++
/// types and exceptions pass the door.
using opener = void (*)(const memory_placement& asked, const std::vector<int>& processors,
                        memory_placer::teller tell, memory_placer& into);

/// Fills `into` as processor_groups says.
inline constexpr const char* grouper_entry = "pinion_numa_groups";
using grouper = void (*)(pinning how, const std::vector<int>& processors,
                         std::vector<std::vector<int>>& into);

} // namespace pinion::numa
