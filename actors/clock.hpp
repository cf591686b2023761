#pragma once

#include <chrono>
#include <cstdint>

namespace pinion {

/// The one clock of pinion: CLOCK_MONOTONIC, the same in every process of a machine, so that a deadline or a
/// stamp taken in the node means the same in a worker (clock_gettime(2)).
using steady_clock = std::chrono::steady_clock;
using time_point = steady_clock::time_point;

/// A moment that never comes: no deadline.
constexpr time_point never = time_point::max();

inline std::int64_t to_ns(time_point when) noexcept {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(when.time_since_epoch()).count();
}

inline time_point from_ns(std::int64_t ns) noexcept {
  return time_point{std::chrono::duration_cast<steady_clock::duration>(std::chrono::nanoseconds{ns})};
}

/// `from + span`, or never where that would pass the end of time.
inline time_point after(time_point from, std::chrono::nanoseconds span) noexcept {
  return span >= never - from ? never : from + std::chrono::duration_cast<steady_clock::duration>(span);
}

} // namespace pinion
