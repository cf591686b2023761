#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include <pinion/actors/outcome.hpp>

namespace pinion {

struct task;
class emission_queue;

/// Where a task's outcome waits for a plain thread. Kept by the future and by the task, whichever lives
/// longer. Any thread may call any of it; set() is called once, by the dispatcher's thread.
class promise {
public:
  using job = std::function<void()>;

  /// What a node does for its tasks' futures, also for those that outlive it. Any thread; must not throw.
  class keeper {
  public:
    virtual ~keeper() = default;
    /// Runs what users want to be called, on a thread where they may take their time.
    virtual void run(job what) = 0;
    virtual void cancel(const std::shared_ptr<task>& what) = 0;
  };

  promise() = default;
  /// `emitted`: where partial results come to; null: there are none.
  promise(std::shared_ptr<keeper> by, std::weak_ptr<task> of, std::shared_ptr<emission_queue> emitted = {})
      : keeper_(std::move(by)), task_(std::move(of)), emitted_(std::move(emitted)) {}

  void set(outcome&& what);
  bool ready() const;

  /// Blocks until the outcome is there. Throws task_error(would_block) on an actor's thread, also when the
  /// outcome is there already: what only works by luck should never work.
  const outcome& wait() const;
  /// False if the time passes first. Throws like wait().
  bool wait_until(std::chrono::steady_clock::time_point when) const;
  /// Does not block. REQUIRES: ready().
  const outcome& get() const;

  /// Calls `what` once, when the outcome is there: on the thread that sets it, where it must not block, or on
  /// this one if it is there already (the result is 0 then). Returns a number to take it back by.
  std::uint64_t notify(job what);
  /// From now on it is not called; it may be running at this moment.
  void forget(std::uint64_t number);
  /// Runs it where it may take its time, once the outcome is there.
  void then(job what);
  void cancel() const;
  /// Null: there are no partial results to be had.
  const std::shared_ptr<emission_queue>& emitted() const noexcept { return emitted_; }

private:
  /// Nobody will take partial results any more: their kernel is not to wait for that.
  void drop_emissions() const;

  const std::shared_ptr<keeper> keeper_{};
  const std::weak_ptr<task> task_{};
  const std::shared_ptr<emission_queue> emitted_{};
  // A place to meet (meeting_place.hpp) stands for a mutex and a condition of its own: there may be a
  // million.
  std::unique_ptr<const outcome> what_;                ///< guarded by the place; constant once set
  std::vector<std::pair<std::uint64_t, job>> waiting_; ///< guarded by the place
  std::uint64_t last_ = 0;                             ///< guarded by the place
};

using promise_ptr = std::shared_ptr<promise>;

} // namespace pinion
