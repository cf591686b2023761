// Ctrl-C and its relatives, for verbs that must put things away before they end.
#pragma once

#include <csignal>

#include <chrono>
#include <optional>

#include <pinion/shm/descriptor.hpp>

namespace pinion::cli {

/// Takes SIGINT, SIGTERM and SIGHUP out of the way of every thread made from now on, and lets one thread wait
/// for them. Make it before any other thread, one at a time; the destructor drops what came since and puts
/// the mask of its thread back. Signals that were ignored when the program began (nohup) stay ignored. Child
/// processes inherit the mask: whoever starts them resets it.
class signal_watch {
public:
  /// Throws runtime_errc::system_refused when there is no descriptor left.
  signal_watch();
  ~signal_watch();
  signal_watch(const signal_watch&) = delete;
  signal_watch& operator=(const signal_watch&) = delete;

  /// The number of a signal that has come, 0 after wake(), nothing when `time` is over. It may be over early.
  std::optional<int> wait_for(std::chrono::milliseconds time);

  /// A descriptor that can be read when a signal has come; for poll(2).
  int source() const noexcept { return signals_.get(); }

  /// Ends the wait at hand, or the next one. Any thread; does not block.
  void wake() noexcept;

private:
  sigset_t before_;
  descriptor signals_; // signalfd(2)
  descriptor wakes_;   // eventfd(2)
};

} // namespace pinion::cli
