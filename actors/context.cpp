#include <pinion/actors/context.hpp>

#include <pinion/actors/error.hpp>
#include <pinion/shm/error.hpp>
#include <pinion/shm/private_array.hpp>

#include <algorithm>
#include <cmath>

namespace pinion {

void context::progress(double fraction) noexcept {
  if (progress_ && !std::isnan(fraction))
    progress_->store(std::clamp(fraction, 0.0, 1.0), std::memory_order_relaxed);
}

any_array context::make(dtype type, const extents& shape, fill with, order lie) {
  if (results_ != nullptr)
    return results_->make(type, shape, with, lie);
  // In a worker somebody listens; there the result could not be sent.
  if (stop_ != nullptr)
    throw no_space_error("this worker has no memory for results: its node could not make any when the worker "
                         "started, and has logged why (often ulimit -v, or a store_limit that is too small)",
                         byte_count(shape, type), 0, 0);
  return make_private(type, shape, lie);
}

void context::hand_over(const array_ref& result) {
  if (results_ != nullptr)
    handed_over_ = results_->hand_over(result);
}

void context::stopped() const {
  throw task_error(actor_errc::cancelled,
                   "task " + std::to_string(task_) + " was asked to stop and stopped before it was done");
}

} // namespace pinion
