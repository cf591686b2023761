#include <pinion/runtime/restart_policy.hpp>

#include <algorithm>

namespace pinion {

namespace {

using namespace std::chrono_literals;

constexpr auto young = 1s;
// So many deaths at work in a row are met with a fresh process at once: a burst of crashing tasks is no fault
// of the slot.
constexpr std::size_t patience = 8;
constexpr auto first_pause = 10ms;
constexpr auto longest_pause = 1000ms;

} // namespace

std::optional<restart_policy::clock::duration> restart_policy::ended(clock::time_point now) {
  mute_deaths_ = greeted_ ? 0 : mute_deaths_ + 1;
  young_deaths_ = now - started_ < young ? young_deaths_ + 1 : 0;
  if (limit_ > 0 && mute_deaths_ >= limit_)
    return std::nullopt;
  const auto bad = std::max(mute_deaths_, young_deaths_ > patience ? young_deaths_ - patience : 0);
  return pause_after(bad);
}

std::optional<restart_policy::clock::duration> restart_policy::refused() {
  ++refusals_;
  if (!ever_greeted_ && limit_ > 0 && refusals_ >= limit_)
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
