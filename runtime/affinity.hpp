#pragma once

#include <cstddef>
#include <vector>

#include <sys/types.h>

namespace pinion {

/// The processors that the calling thread may run on, sorted (sched_getaffinity(2)).
std::vector<int> allowed_processors();

/// Pins the calling thread, and what it starts from now on. False if the system refuses.
bool pin_this_thread(const std::vector<int>& processors) noexcept;

/// The same for all threads that a process has now. False if it is gone, or the system refuses.
bool pin_process(pid_t process, const std::vector<int>& processors);

/// Who runs where: each worker on processors of its own where there are enough, else round robin; the I/O
/// thread on what is left, or anywhere when nothing is.
struct placement {
  std::vector<std::vector<int>> workers; ///< by slot, never empty
  std::vector<int> io;                   ///< for the node's I/O thread
  /// True if the I/O thread has a processor that no worker runs on.
  bool io_alone = false;
  /// By slot: true if no other worker and not the I/O thread runs there.
  std::vector<bool> alone;
};

/// Spreads `workers` (0 = one for each processor) over `processors`; `all` is what the I/O thread may use.
placement place(std::size_t workers, const std::vector<int>& processors, const std::vector<int>& all);

/// The same over groups of processors: each worker has a group, round robin where they are not enough. With
/// `workers` 0 there is one for each group.
placement place_in_groups(std::size_t workers, const std::vector<std::vector<int>>& groups,
                          const std::vector<int>& all);

} // namespace pinion
