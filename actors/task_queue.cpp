#include <pinion/actors/task_queue.hpp>

#include <utility>

namespace pinion {

void task_queue::push(task_ptr what) {
  if (ageing_ > 0)
    by_merit_.emplace(merit_of(*what), what.get());
  const auto key = turn_of(*what);
  tasks_.emplace(key, std::move(what));
}

// Its priority, with what it has gained.
task_queue::wide task_queue::counts(const task& what, std::int64_t now) const {
  const wide waited = static_cast<wide>(now) - what.stamps.queued;
  return what.options.priority + (waited > 0 ? waited / ageing_ : 0);
}

task_ptr task_queue::pop(time_point now) {
  if (tasks_.empty())
    return nullptr;
  auto next = tasks_.begin();
  if (ageing_ > 0) {
    const auto& most = *by_merit_.begin()->second;
    if (counts(most, to_ns(now)) > counts(*next->second, to_ns(now)))
      next = tasks_.find(turn_of(most));
    by_merit_.erase(merit_of(*next->second));
  }
  auto result = std::move(next->second);
  tasks_.erase(next);
  return result;
}

bool task_queue::erase(const task& what) {
  if (ageing_ > 0)
    by_merit_.erase(merit_of(what));
  return tasks_.erase(turn_of(what)) > 0;
}

} // namespace pinion
