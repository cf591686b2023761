#pragma once

#include <cstdint>

namespace pinion {

/// While it lives, the calling thread and those that it starts ask the scheduler for short turns, and in
/// exchange get the processor at once when they wake, also while a kernel computes there: a thread with a
/// shorter slice preempts one with a longer one (sched_setattr(2) with sched_runtime for SCHED_OTHER,
/// Linux 6.12 and later; earlier kernels refuse or ignore it, and the wait is up to one turn of the other,
/// about 3 ms). Threads that were started keep their slice.
class short_slice {
public:
  short_slice() noexcept;
  short_slice(const short_slice&) = delete;
  short_slice& operator=(const short_slice&) = delete;
  ~short_slice();

private:
  bool changed_ = false;
  std::uint64_t before_ = 0; ///< nanoseconds; 0 = the system's own choice
};

} // namespace pinion
