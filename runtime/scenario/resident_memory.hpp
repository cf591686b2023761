#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include <sys/types.h>

namespace pinion::scenario {

/// Bytes of memory that count for one process: each page that several processes map counts for each of them
/// as its share only (PSS in /proc/PID/smaps_rollup). Nothing where the process is gone. Walks the process's
/// pages: some milliseconds for a GiB.
std::optional<std::size_t> proportional_memory(pid_t pid);

/// Memory that processes can still get without swapping (MemAvailable, and no more than the control group has
/// left); nothing where the system does not say.
std::optional<std::size_t> available_memory();

} // namespace pinion::scenario
