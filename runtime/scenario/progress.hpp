#pragma once

#include <chrono>
#include <mutex>
#include <string>

namespace pinion::scenario {

/// One line on a terminal that is written over again and again, and wiped out at the end. Silent where the
/// descriptor is no terminal. Any thread may call any of it. The descriptor stays the caller's.
class progress {
public:
  explicit progress(int descriptor);
  ~progress();
  progress(const progress&) = delete;
  progress& operator=(const progress&) = delete;

  bool shown() const noexcept { return is_terminal_; }

  /// Shows `text`, cut to the width of the terminal. Written at most ten times a second, unless `at_once`.
  void show(const std::string& text, bool at_once = false);

  /// Leaves an empty line: before anything else is written to the terminal.
  void clear();

private:
  void wipe();

  const int descriptor_;
  const bool is_terminal_;
  std::mutex mutex_;
  // Guarded by mutex_.
  std::chrono::steady_clock::time_point next_{};
  std::size_t on_screen_ = 0;
};

} // namespace pinion::scenario
