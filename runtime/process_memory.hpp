#pragma once

#include <cstddef>

#include <sys/types.h>

namespace pinion {

/// Bytes that a process has in memory for itself alone: resident, but neither of a file nor shared
/// (/proc/PID/statm, proc(5)). 0 if it is gone. Any thread.
std::size_t own_memory_of(pid_t process);

/// What RLIMIT_DATA counts of this process now (VmData of /proc/self/status). 0 where that cannot be read.
std::size_t data_size_of_this_process();

} // namespace pinion
