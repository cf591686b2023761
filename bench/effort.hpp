#pragma once

#include <cstddef>
#include <cstdint>

namespace pinion::bench {

/// How much is measured: what the bars ask for, or as little as shows that everything runs.
struct effort {
  int rounds = 40;   ///< batches of floor and pinion, in turn
  int trips = 300;   ///< round trips a batch
  int repeats = 3;   ///< of what takes seconds
  int starts = 25;   ///< fresh processes
  int requests = 20; ///< of the four ways
  double request_seconds = 0.3;
  std::size_t array_bytes = std::size_t{1} << 30; ///< a power of two

  std::int64_t doubles() const { return static_cast<std::int64_t>(array_bytes / sizeof(double)); }

  /// The array as large as /dev/shm and memory have room for, 1 GiB at most.
  static effort full();
  static effort quick();
};

} // namespace pinion::bench
