#pragma once

#include <array>
#include <csignal>

namespace pinion::scenario {

/// While it lives, SIGINT, SIGTERM and SIGHUP are noted instead of ending the process, so that workers,
/// segments and child processes can be put away first; signals that were ignored before stay so. One at a
/// time in a process; made and destroyed by the player's thread, asked by any.
class interruption {
public:
  interruption();
  ~interruption();
  interruption(const interruption&) = delete;
  interruption& operator=(const interruption&) = delete;

  /// The first signal that came, or 0.
  static int signal() noexcept;

  /// As if SIGTERM had come.
  static void request() noexcept;

  /// Throws runtime_errc::interrupted once a signal came.
  static void check();

private:
  static constexpr std::array<int, 3> signals{SIGINT, SIGTERM, SIGHUP};
  std::array<struct sigaction, signals.size()> before_{};
};

} // namespace pinion::scenario
