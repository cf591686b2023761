#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <sys/types.h>

namespace pinion {
class node;
}

namespace pinion::scenario {

/// What a node's workers have used and suffered since the watch was made. The player's thread.
class worker_watch {
public:
  explicit worker_watch(node& whose);

  /// Processor time, in seconds, of the workers; of one that was replaced meanwhile, its successor's.
  double processor_seconds() const;
  /// Workers that were replaced.
  std::size_t restarts() const;

  /// Waits until every place has a worker again, and at least `replaced` were replaced. False where that
  /// takes longer than `most`. Throws when the scenario is interrupted.
  bool settle(std::size_t replaced, std::chrono::milliseconds most = std::chrono::seconds{10}) const;

private:
  struct place {
    pid_t pid = 0;
    double seconds = 0;
    std::uint64_t restarts = 0;
  };
  node& whose_;
  std::vector<place> before_;
};

/// The processes of a node that are there now: its own and its workers'.
std::vector<pid_t> processes_of(node& whose);

} // namespace pinion::scenario
