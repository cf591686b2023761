#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>

#include <pinion/actors/outcome.hpp>

namespace pinion {

/// Where a task's outcome waits for a plain thread. Kept by the future and by the task, whichever lives
/// longer. Any thread may call any of it; set() is called once, by the dispatcher's thread.
class promise {
public:
  void set(outcome&& what);
  bool ready() const;

  /// Blocks until the outcome is there. Throws task_error(would_block) on an actor's thread, also when the
  /// outcome is there already: what only works by luck should never work.
  const outcome& wait() const;
  /// False if the time passes first. Throws like wait().
  bool wait_until(std::chrono::steady_clock::time_point when) const;

private:
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::optional<outcome> what_; ///< guarded by mutex_; constant once set
};

using promise_ptr = std::shared_ptr<promise>;

} // namespace pinion
