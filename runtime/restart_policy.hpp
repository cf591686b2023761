#pragma once

#include <chrono>
#include <cstddef>
#include <optional>

namespace pinion {

/// When a slot gets its next process: at once after a death at work, later and later when processes die
/// young, and not again when they keep dying before they said hello. Pure: time is passed in. One slot's, one
/// thread's.
class restart_policy {
public:
  using clock = std::chrono::steady_clock;

  /// `limit`: deaths in a row before a hello, after which the slot is given up.
  explicit restart_policy(std::size_t limit) : limit_(limit) {}

  void started(clock::time_point now) {
    started_ = now;
    greeted_ = false;
  }
  void greeted() { greeted_ = true; }

  /// The process ended: how long to wait before the next; nothing = give the slot up.
  std::optional<clock::duration> ended(clock::time_point now);

private:
  std::size_t limit_;
  clock::time_point started_{};
  bool greeted_ = false;
  std::size_t mute_deaths_ = 0;  ///< in a row, before a hello
  std::size_t young_deaths_ = 0; ///< in a row, within a second of the start
};

} // namespace pinion
