#include <algorithm>
#include <cmath>
#include <ctime>
#include <fstream>
#include <string>

#include <sched.h>

#include <pinion/runtime/scenario/processor_time.hpp>

namespace pinion::scenario {
namespace {

std::optional<double> read_clock(clockid_t clock) {
  timespec now{};
  if (::clock_gettime(clock, &now) != 0)
    return std::nullopt;
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

double allowed_by_mask() {
  // Larger than any machine of today; a mask that does not fit would be refused with EINVAL.
  constexpr std::size_t most = 16384;
  cpu_set_t* mask = CPU_ALLOC(most);
  const auto size = CPU_ALLOC_SIZE(most);
  double count = 1;
  if (mask && ::sched_getaffinity(0, size, mask) == 0)
    count = std::max(1, CPU_COUNT_S(size, mask));
  CPU_FREE(mask);
  return count;
}

// The quota of the group that a container sees as its root; groups further down are the user's own affair.
double allowed_by_group() {
  std::ifstream in("/sys/fs/cgroup/cpu.max");
  std::string quota;
  double period = 0;
  if (!(in >> quota >> period) || quota == "max" || period <= 0)
    return HUGE_VAL;
  char* end = nullptr;
  const double value = std::strtod(quota.c_str(), &end);
  return end != quota.c_str() && value > 0 ? value / period : HUGE_VAL;
}

} // namespace

double own_processor_time() { return read_clock(CLOCK_PROCESS_CPUTIME_ID).value_or(0); }

double thread_processor_time() { return read_clock(CLOCK_THREAD_CPUTIME_ID).value_or(0); }

std::optional<double> processor_time_of(pid_t pid) {
  clockid_t clock{};
  if (pid <= 0 || ::clock_getcpuclockid(pid, &clock) != 0)
    return std::nullopt;
  return read_clock(clock);
}

double usable_processors() { return std::max(1.0, std::min(allowed_by_mask(), allowed_by_group())); }

} // namespace pinion::scenario
