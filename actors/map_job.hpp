#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include <pinion/actors/chunk_plan.hpp>
#include <pinion/actors/outcome.hpp>
#include <pinion/actors/task.hpp>

namespace pinion {

/// A map on its way: cuts its items into tasks, has so many of them under way at a time, and keeps what
/// became of each. When one item of a task fails (raise_at_item) those before it are done, and those behind
/// it are put into another task, or are not begun. A task that a full queue refused is tried again when
/// another one ends. Without a node: it is given functions. Any thread may wait; tasks end on the
/// dispatcher's thread, which also makes and sends the next ones. Lives as long as somebody waits or a task
/// is under way.
class map_job : public std::enable_shared_from_this<map_job> {
public:
  struct plan {
    std::int64_t items = 0;
    std::size_t workers = 1;
    std::int64_t chunk = 0; ///< items a task; 0 = chosen by their cost
    /// Tasks at a time, at the most; fewer where those are more than 50 ms of work for each worker.
    std::size_t under_way = 1;
    bool stop_on_failure = true; ///< after one no more are begun
    /// The task for some items; a refusal is carried in it, or thrown. Called by one thread at a time, and
    /// not any more when the map is over.
    std::function<task_ptr(std::int64_t first, std::int64_t count)> make;
    std::function<void(task_ptr)> submit;
    std::function<void(const task_ptr&)> withdraw;
  };

  /// Some items that were one task, or a part of one.
  struct piece {
    std::int64_t first = 0;
    std::int64_t count = 0;
    outcome what;
  };

  explicit map_job(plan how);

  /// Once.
  void start();
  std::int64_t items() const noexcept { return plan_.items; }

  /// What became of the task that an item was in; blocks until that is known. Throws task_error(would_block)
  /// on an actor's thread, out_of_range. The reference is good as long as this object is.
  const piece& wait_for(std::int64_t item) const;
  /// The `n`th piece that was done, from 0; null when there are no more to come. Blocks, and throws,
  /// likewise.
  const piece* nth_done(std::size_t n) const;
  /// No more tasks are begun, and those under way are withdrawn.
  void cancel();

private:
  struct range {
    std::int64_t first = 0;
    std::int64_t count = 0;
  };
  struct running {
    std::int64_t first = 0;
    std::int64_t count = 0;
    std::weak_ptr<task> what;
  };

  void feed();
  std::optional<range> next_range();
  std::size_t most_under_way() const;
  void take(std::int64_t first, std::int64_t count, outcome&& what);
  void note(std::int64_t first, std::int64_t count, outcome&& what);
  void note_failure(std::int64_t first, std::int64_t count, outcome&& what);
  void keep(std::int64_t first, std::int64_t count, outcome&& what);
  bool over() const;
  void stop_rest(const failure& why);
  std::function<task_ptr(std::int64_t, std::int64_t)> maker_if_over();

  plan plan_; ///< constant, but for `make`, which is dropped at the end
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  // All below is guarded by mutex_.
  chunk_plan sizes_;
  std::map<std::int64_t, piece> done_; ///< by first item; entries stay where they are
  std::deque<const piece*> order_;
  std::map<std::int64_t, running> under_way_;
  std::vector<range> again_; ///< to be tried once more
  bool feeding_ = false;
  bool stopped_ = false;
  bool cancelled_ = false;
};

using map_job_ptr = std::shared_ptr<map_job>;

} // namespace pinion
