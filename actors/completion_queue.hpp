#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>

#include <pinion/actors/clock.hpp>
#include <pinion/actors/promise.hpp>

namespace pinion {

/// Tells which of many tasks is done next. Belongs to one thread, which waits; tasks are done on another.
class completion_queue {
public:
  completion_queue() = default;
  completion_queue(const completion_queue&) = delete;
  completion_queue& operator=(const completion_queue&) = delete;
  /// Those that are not done yet are not told of any more.
  ~completion_queue();

  /// Counts from 0.
  std::size_t add(promise_ptr what);
  /// The number of one that is done, each once, in the order in which they were done; blocks until there is
  /// one, nothing if the time passes first or all were told of. Throws task_error(would_block) on an actor's
  /// thread.
  std::optional<std::size_t> next(time_point until = never);
  /// How many were added and not told of.
  std::size_t left() const noexcept { return waiting_.size(); }

private:
  struct news {
    std::mutex mutex;
    std::condition_variable changed;
    std::deque<std::size_t> done; ///< guarded by mutex; written by who sets a promise
  };

  std::shared_ptr<news> news_ = std::make_shared<news>();
  struct entry {
    promise_ptr what;
    std::uint64_t notice = 0; ///< by which it is taken back
  };
  std::unordered_map<std::size_t, entry> waiting_;
  std::size_t added_ = 0;
};

} // namespace pinion
