#include <utility>

#include <pinion/runtime/scenario/tally.hpp>

namespace pinion::scenario {

tally::tally(std::size_t requests, std::function<void(const answer&)> hear)
    : requests_(requests), hear_(std::move(hear)), is_answered_(requests) {
  asked_at_.reserve(requests);
}

std::optional<std::size_t> tally::next() {
  const std::lock_guard lock(mutex_);
  if (is_closed_ || asked_at_.size() == requests_)
    return std::nullopt;
  asked_at_.push_back(clock::now());
  if (sum_.asked == 0)
    sum_.first = asked_at_.back();
  return sum_.asked++;
}

void tally::answered(std::size_t request, const answer& what) {
  const auto now = clock::now();
  const std::lock_guard lock(mutex_);
  if (request >= asked_at_.size() || is_answered_[request])
    return;
  is_answered_[request] = true;
  sum_.latencies.add(std::chrono::duration<double>(now - asked_at_[request]).count());
  sum_.cpu_seconds += what.cpu_seconds;
  sum_.last = now;
  if (what.is_result)
    ++sum_.results;
  else if (sum_.errors++ == 0)
    sum_.first_error = what.error;
  if (hear_)
    hear_(what);
  changed_.notify_all();
}

void tally::close() {
  const std::lock_guard lock(mutex_);
  is_closed_ = true;
}

bool tally::wait_for(std::size_t answers, clock::time_point when) {
  std::unique_lock lock(mutex_);
  return changed_.wait_until(lock, when, [&] { return sum_.answers() >= answers; });
}

tally::summary tally::so_far() const {
  const std::lock_guard lock(mutex_);
  return sum_;
}

std::size_t tally::answers() const {
  const std::lock_guard lock(mutex_);
  return sum_.answers();
}

} // namespace pinion::scenario
