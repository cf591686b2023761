#include <pinion/actors/context.hpp>

#include <pinion/actors/error.hpp>

#include <algorithm>
#include <cmath>

namespace pinion {

void context::progress(double fraction) noexcept {
  if (progress_ && !std::isnan(fraction))
    progress_->store(std::clamp(fraction, 0.0, 1.0), std::memory_order_relaxed);
}

void context::stopped() const {
  throw task_error(actor_errc::cancelled,
                   "task " + std::to_string(task_) + " was asked to stop and stopped before it was done");
}

} // namespace pinion
