#include "effort.hpp"

#include <limits>

#include <sys/statvfs.h>

#include <pinion/runtime/scenario/resident_memory.hpp>

namespace pinion::bench {

namespace {

std::size_t free_shared_memory() {
  struct statvfs now {};
  if (::statvfs("/dev/shm", &now) != 0)
    return std::numeric_limits<std::size_t>::max();
  return static_cast<std::size_t>(now.f_bavail) * now.f_frsize;
}

} // namespace

effort effort::full() {
  effort result;
  const auto shared = free_shared_memory();
  const auto memory = scenario::available_memory().value_or(shared);
  constexpr std::size_t least = 1 << 20;
  while (result.array_bytes > least &&
         (result.array_bytes > shared / 10 * 9 || result.array_bytes > memory / 2))
    result.array_bytes /= 2;
  return result;
}

effort effort::quick() {
  effort result = full();
  result.rounds = 2;
  result.trips = 20;
  result.repeats = 1;
  result.starts = 2;
  result.requests = 4;
  result.request_seconds = 0.02;
  constexpr std::size_t small = 16 << 20;
  if (result.array_bytes > small)
    result.array_bytes = small;
  return result;
}

} // namespace pinion::bench
