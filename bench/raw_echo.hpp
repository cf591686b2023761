#pragma once

#include <sys/types.h>

namespace pinion::bench {

/// The floor of a round trip: another process that sends back 64 bytes over a socketpair. Both sleep in
/// read(), or look for what comes for as long as a node's I/O thread does, and then sleep. One thread at a
/// time. Forks: make it before there are threads. Owns the process.
class raw_echo {
public:
  enum class wait { asleep, looking };

  raw_echo(int processor, wait how);
  raw_echo(const raw_echo&) = delete;
  raw_echo& operator=(const raw_echo&) = delete;
  ~raw_echo();

  /// There and back, once. Throws std::system_error.
  void trip();

private:
  wait how_;
  int fd_ = -1;
  pid_t pid_ = -1;
};

} // namespace pinion::bench
