#include <pinion/actors/task.hpp>

#include <utility>

#include <pinion/actors/emission_queue.hpp>
#include <pinion/actors/promise.hpp>

namespace pinion {

void task::settle(outcome&& result) {
  if (const auto& hears = emitted())
    hears->close();
  if (const auto waits = std::exchange(answer, nullptr))
    waits->set(std::move(result));
  else if (const auto tell = std::exchange(on_done, nullptr))
    (*tell)(std::move(result));
}

task::~task() {
  if (!answer && !on_done)
    return;
  try {
    settle(outcome{
        failure{actor_errc::node_stopping, kernel_name + ": the node stopped before it was done"}, {}, -1});
  } catch (...) {
    // Nobody is left to tell.
  }
}

} // namespace pinion
