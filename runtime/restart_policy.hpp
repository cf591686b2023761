#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <optional>

namespace pinion {

/// When a slot gets its next process: at once after a death at work, later and later when processes die
/// young, and not again when they keep dying before they said hello. Pure: time is passed in. One slot's, one
/// thread's.
class restart_policy {
public:
  using clock = std::chrono::steady_clock;

  struct limits {
    std::size_t before_hello = 5;         ///< deaths in a row before a hello: then it is given up; 0: never
    std::optional<std::size_t> most = {}; ///< deaths of any kind: with one more it is given up; none: never
    std::chrono::milliseconds within{0};  ///< so many in that span
    std::size_t at_once = 8;              ///< young deaths in a row that are met without a pause
  };

  explicit restart_policy(limits what) : limits_(what) {}

  void started(clock::time_point now) {
    started_ = now;
    greeted_ = false;
  }
  void greeted() {
    greeted_ = true;
    ever_greeted_ = true;
    mute_deaths_ = 0;
    refusals_ = 0;
  }

  /// The process ended: how long to wait before the next; nothing = give the slot up.
  std::optional<clock::duration> ended(clock::time_point now);

  /// The system would not start a process (no descriptor, no memory, too many processes). In a slot that has
  /// worked before that is a moment's shortage, and tried again for ever; else it counts as a death before a
  /// hello.
  std::optional<clock::duration> refused();

private:
  clock::duration pause_after(std::size_t failures) const;

  limits limits_;
  std::deque<clock::time_point> deaths_; ///< the last ones, as many as count
  clock::time_point started_{};
  bool greeted_ = false;
  bool ever_greeted_ = false;
  std::size_t mute_deaths_ = 0;  ///< in a row, before a hello
  std::size_t refusals_ = 0;     ///< in a row
  std::size_t young_deaths_ = 0; ///< in a row, within a second of the start
};

} // namespace pinion
