#include <pinion/runtime/readiness.hpp>

#include <algorithm>

#include <pinion/runtime/error.hpp>

namespace pinion {

void readiness::settle(std::uint32_t slot, const std::string& given_up) {
  const std::lock_guard lock(mutex_);
  if (given_up.empty())
    any_ready_ = true;
  else
    why_ = given_up;
  waiting_[slot] = false;
  changed_.notify_all();
}

void readiness::rest(std::uint32_t slot) {
  const std::lock_guard lock(mutex_);
  if (slot >= waiting_.size())
    return;
  waiting_[slot] = false;
  changed_.notify_all();
}

void readiness::wait() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return std::find(waiting_.begin(), waiting_.end(), true) == waiting_.end(); });
  if (!any_ready_ && !why_.empty())
    raise(runtime_errc::worker_gave_up, "no worker could be started: " + why_);
}

} // namespace pinion
