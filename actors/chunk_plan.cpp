#include <pinion/actors/chunk_plan.hpp>

#include <algorithm>

namespace pinion {

namespace {

// Weight of the newest measurement; items of one map may differ.
constexpr double newest = 0.5;

} // namespace

chunk_plan::chunk_plan(std::int64_t items, std::size_t workers, std::int64_t fixed)
    : items_(items), left_(items), workers_(std::max<std::int64_t>(1, static_cast<std::int64_t>(workers))),
      fixed_(fixed) {}

std::int64_t chunk_plan::next() {
  std::int64_t size = 1;
  if (fixed_ > 0) {
    size = fixed_;
  } else if (learned_) {
    // At least one nanosecond an item, so that no quotient leaves the range.
    const auto cost = std::max(item_ns_, 1.0);
    const auto most = static_cast<std::int64_t>(std::min(longest_ns / cost, 1e15));
    const auto least = static_cast<std::int64_t>(std::min(shortest_ns / cost, 1e15));
    size = std::clamp<std::int64_t>(left_ / (2 * workers_), std::max<std::int64_t>(least, 1),
                                    std::max<std::int64_t>(most, 1));
  }
  size = std::min(size, left_);
  left_ -= size;
  return size;
}

void chunk_plan::learn(std::int64_t items, double run_ns) {
  if (items <= 0 || run_ns < 0)
    return;
  const auto cost = run_ns / static_cast<double>(items);
  item_ns_ = learned_ ? item_ns_ + newest * (cost - item_ns_) : cost;
  learned_ = true;
}

} // namespace pinion
