#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <tuple>
#include <utility>

#include <pinion/actors/task.hpp>

namespace pinion {

/// Tasks that wait for a worker: higher priority first, then the nearer deadline, then the older id. With
/// ageing, so that nothing starves: a task counts as one priority higher for each `ageing` that it has
/// waited, and the one that counts most goes first as soon as it is a whole priority ahead of whose turn it
/// would be. So deadlines decide among tasks of one priority that came within that time. Time is passed in.
/// Belongs to one thread. Operations cost O(log n).
class task_queue {
public:
  /// 0: priorities are strict.
  explicit task_queue(std::chrono::nanoseconds ageing = std::chrono::seconds{1}) : ageing_(ageing.count()) {}

  /// It has waited since stamps.queued.
  void push(task_ptr what);
  /// The next task, removed; null when empty.
  task_ptr pop(time_point now);
  /// Removes a task that is given up; false if it is not here.
  bool erase(const task& what);
  bool empty() const noexcept { return tasks_.empty(); }
  std::size_t size() const noexcept { return tasks_.size(); }

private:
  __extension__ using wide = __int128;
  using turn = std::tuple<std::int64_t, time_point, std::uint64_t>;
  /// What a task counts, in nanoseconds of waiting, less what all have in common: the time that it is. So the
  /// order by it never changes.
  using merit = std::pair<wide, std::uint64_t>;

  static turn turn_of(const task& what) {
    return {-std::int64_t{what.options.priority}, what.deadline, what.id};
  }
  merit merit_of(const task& what) const {
    return {what.stamps.queued - static_cast<wide>(what.options.priority) * ageing_, what.id};
  }
  wide counts(const task& what, std::int64_t now) const;

  std::int64_t ageing_;
  std::map<turn, task_ptr> tasks_;
  std::map<merit, task*> by_merit_; ///< the one that counts most first; empty without ageing
};

} // namespace pinion
