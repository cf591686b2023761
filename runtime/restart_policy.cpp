#include <pinion/runtime/restart_policy.hpp>

#include <algorithm>

namespace pinion {

namespace {

using namespace std::chrono_literals;

constexpr auto young = 1s;
constexpr auto first_pause = 10ms;
constexpr auto longest_pause = 1000ms;

} // namespace

std::optional<restart_policy::clock::duration> restart_policy::ended(clock::time_point now) {
  mute_deaths_ = greeted_ ? 0 : mute_deaths_ + 1;
  young_deaths_ = now - started_ < young ? young_deaths_ + 1 : 0;
  if (limits_.before_hello > 0 && mute_deaths_ >= limits_.before_hello)
    return std::nullopt;
  if (limits_.most) {
    deaths_.push_back(now);
    while (deaths_.size() > 1 &&
           std::chrono::floor<std::chrono::milliseconds>(now - deaths_.front()) > limits_.within)
      deaths_.pop_front();
    if (deaths_.size() > *limits_.most)
      return std::nullopt;
  }
  // A burst of crashing tasks is no fault of the slot.
  const auto at_once = limits_.at_once;
  const auto bad = std::max(mute_deaths_, young_deaths_ > at_once ? young_deaths_ - at_once : 0);
  return pause_after(bad);
}

std::optional<restart_policy::clock::duration> restart_policy::refused() {
  ++refusals_;
  if (!ever_greeted_ && limits_.before_hello > 0 && refusals_ >= limits_.before_hello)
    return std::nullopt;
  return pause_after(refusals_);
}

restart_policy::clock::duration restart_policy::pause_after(std::size_t failures) const {
  if (failures == 0)
    return clock::duration::zero();
  const auto pause = first_pause * (std::size_t{1} << std::min<std::size_t>(failures - 1, 7));
  return std::min<clock::duration>(pause, longest_pause);
}

} // namespace pinion
