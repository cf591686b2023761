#include <pinion/actors/task_queue.hpp>

#include <utility>

namespace pinion {

void task_queue::push(task_ptr what) {
  auto where = key_of(*what);
  tasks_.emplace(where, std::move(what));
}

task_ptr task_queue::pop() {
  if (tasks_.empty())
    return nullptr;
  auto first = tasks_.begin();
  auto result = std::move(first->second);
  tasks_.erase(first);
  return result;
}

bool task_queue::erase(const task& what) { return tasks_.erase(key_of(what)) > 0; }

} // namespace pinion
