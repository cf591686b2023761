// From what the user asked for to what a store calls for each fresh segment.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <pinion/runtime/memory_placement.hpp>

namespace pinion {

/// A plain value; any thread may call `place`, several at once.
struct memory_placer {
  using teller = std::function<void(const std::string& line)>;

  /// For store_options::place. Empty: the system's own way is what was asked for, or all there is.
  std::function<void(std::byte* base, std::uint64_t size)> place;
  /// For the node's log: why what was asked for makes no difference here, or is unlikely to be meant. Empty
  /// as a rule.
  std::string note;

  /// For first-touch this does nothing at all. Else hwloc is loaded, in a library of its own
  /// (libpinion_numa.so), and the machine is looked at, once in a process: a few milliseconds and some
  /// hundred KiB on a small machine. Workers, which place nothing, are spared that. Throws
  /// runtime_errc::bad_config for NUMA nodes that arrays cannot lie on, naming those that they can;
  /// plugin_not_loaded, system_refused.
  ///
  /// `processors`: those that this node's threads and workers run on, sorted. `tell` is called with a line
  /// for the log, at most once, should the system refuse a placement later (a kernel without NUMA, a
  /// container that may not): arrays are made all the same, where the system puts them. From any thread; it
  /// must not throw.
  static memory_placer make(const memory_placement& asked, const std::vector<int>& processors, teller tell);
};

} // namespace pinion
