#include <pinion/actors/task.hpp>

#include <utility>

namespace pinion {

task::~task() {
  if (!on_done)
    return;
  try {
    std::exchange(on_done, nullptr)(outcome{
        failure{actor_errc::node_stopping, kernel_name + ": the node stopped before it was done"}, {}, -1});
  } catch (...) {
    // Nobody is left to tell.
  }
}

} // namespace pinion
