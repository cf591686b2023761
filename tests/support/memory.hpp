#pragma once

#include <cstdint>
#include <fstream>

#include <unistd.h>

namespace pinion::test {

/// Bytes of this process that lie in memory now (VmRSS, proc(5)).
inline std::int64_t resident_bytes() {
  std::ifstream file("/proc/self/statm");
  std::int64_t all = 0;
  std::int64_t resident = 0;
  file >> all >> resident;
  return resident * ::sysconf(_SC_PAGESIZE);
}

} // namespace pinion::test
