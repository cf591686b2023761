#pragma once

#include <cstddef>
#include <cstdint>

#include <sys/types.h>

namespace pinion::bench {

/// CAF alone: an actor in another process, asked through CAF's own networking over loopback, one message
/// there and one back for each task. Forks: make it before there are threads. One thread at a time. Owns the
/// process.
class caf_echo {
public:
  caf_echo();
  caf_echo(const caf_echo&) = delete;
  caf_echo& operator=(const caf_echo&) = delete;
  ~caf_echo();

  /// Seconds for so many tasks, all sent before the first answer is read.
  double burst(std::size_t tasks);

private:
  pid_t pid_ = -1;
  int end_ = -1; ///< closed to end the other process
  std::uint16_t port_ = 0;
};

} // namespace pinion::bench
