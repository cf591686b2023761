// On which NUMA nodes a node's arrays are to lie: what the user asked for, and how that is written.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pinion {

/// A plain value; whether the machine has such NUMA nodes is for placement_plan to say.
struct memory_placement {
  enum class way : std::uint8_t {
    /// Each page on the node of the thread that touches it first: what the system does unasked.
    first_touch,
    /// Page by page over the nodes in turn.
    interleave,
    /// On these nodes while they have room. Then elsewhere: what the system would do to whoever insists
    /// (mbind(2),
    /// MPOL_BIND) is to kill a process, with memory free on the next node.
    bind,
  };

  way how = way::first_touch;
  /// Numbers that the system gives the nodes (/sys/devices/system/node), sorted, each once. None: all nodes
  /// with processors and memory. Of no meaning for first_touch.
  std::vector<int> nodes;

  bool operator==(const memory_placement&) const = default;
};

/// From `first-touch`, `interleave`, `interleave:0,2-3` or `bind:1`; nothing for any other text.
std::optional<memory_placement> parse_memory_placement(std::string_view text);

/// For the error message about a text that is no placement.
struct placement_advice {
  /// What should have stood there: "bind:NODES with NUMA nodes such as 0,2-3".
  std::string expected;
  /// " (did you mean `bind`?)", or nothing.
  std::string guess;
};
placement_advice advise_placement(std::string_view text);

/// The text that gives this value again: "interleave:0,2-3".
std::string placement_text(const memory_placement& what);

} // namespace pinion
