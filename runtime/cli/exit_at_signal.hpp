// Ctrl-C while files are read.
#pragma once

#include <thread>

#include <pinion/runtime/cli/signal_watch.hpp>

namespace pinion::cli {

/// While one of these lives, a signal that `signals` watches for ends the process at once, as `interrupted`
/// would, and takes the process's segments along. For work that nobody can interrupt and nobody waits for,
/// such as reading a large file. Nobody else may wait for the signals meanwhile. Where no thread can be had,
/// it does nothing.
class exit_at_signal {
public:
  explicit exit_at_signal(signal_watch& signals);
  ~exit_at_signal();
  exit_at_signal(const exit_at_signal&) = delete;
  exit_at_signal& operator=(const exit_at_signal&) = delete;

private:
  void watch();

  signal_watch& signals_;
  std::thread thread_;
};

} // namespace pinion::cli
