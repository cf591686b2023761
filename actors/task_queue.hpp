#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <tuple>

#include <pinion/actors/task.hpp>

namespace pinion {

/// Tasks that wait for a worker: higher priority first, then the nearer deadline, then the older id.
/// Belongs to one thread. Operations cost O(log n).
class task_queue {
public:
  void push(task_ptr what);
  /// The next task, removed; null when empty.
  task_ptr pop();
  const task_ptr& front() const { return tasks_.begin()->second; }
  /// Removes a task that is given up; false if it is not here.
  bool erase(const task& what);
  bool empty() const noexcept { return tasks_.empty(); }
  std::size_t size() const noexcept { return tasks_.size(); }

private:
  using key = std::tuple<std::int64_t, time_point, std::uint64_t>;
  static key key_of(const task& what) {
    return {-std::int64_t{what.options.priority}, what.deadline, what.id};
  }

  std::map<key, task_ptr> tasks_;
};

} // namespace pinion
