#pragma once

#include <optional>

#include <sys/types.h>

namespace pinion::scenario {

/// Seconds of processor time, user and system, that were spent up to now.

/// By all threads of this process.
double own_processor_time();
/// By the calling thread.
double thread_processor_time();
/// By another process; nothing once it is gone.
std::optional<double> processor_time_of(pid_t pid);

/// Processors that this process may use, at least 1: its affinity mask, and no more than its control group's
/// quota (cpu.max) gives it.
double usable_processors();

} // namespace pinion::scenario
