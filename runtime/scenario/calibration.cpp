#include <algorithm>
#include <cmath>

#include <pinion/actors/clock.hpp>
#include <pinion/runtime/scenario/calibration.hpp>
#include <pinion/runtime/scenario/scalar.hpp>

namespace pinion::scenario {
namespace {

struct point {
  std::int64_t number = 0;
  double seconds = 0;
};

// Below this a measured cost is mostly noise and says nothing of how the cost grows.
constexpr double trusted_seconds = 0.0005;
constexpr std::int64_t highest = std::int64_t{1} << 40;
constexpr int most_calls = 200;

// Where the line through the logarithms of both costs meets the aim. A cost that grows slower than
// exponentially stays below it, so the next guess is never far too high.
std::int64_t guess(const point& low, const point& high, double aim) {
  const double slope = std::log(high.seconds / low.seconds) / static_cast<double>(high.number - low.number);
  if (!(slope > 0))
    return high.number + 1;
  const double step = std::log(aim / high.seconds) / slope;
  return high.number + std::max<std::int64_t>(1, static_cast<std::int64_t>(std::min(step, 1e9)));
}

double distance(const point& at, double aim) {
  return at.seconds > 0 ? std::abs(std::log(at.seconds / aim)) : HUGE_VAL;
}

} // namespace

std::int64_t calibrate(const calibration& what, const std::function<double(std::int64_t)>& cost) {
  // By the clock on the wall, as one that waits takes no processor time, however high the number.
  const auto give_up = steady_clock::now() + std::chrono::duration_cast<steady_clock::duration>(
                                                 std::chrono::duration<double>(5 + 20 * what.seconds));
  point low;
  point high{1, cost(1)};
  for (int calls = 1; high.seconds < what.seconds; ++calls) {
    if (calls == most_calls || high.number > highest || steady_clock::now() > give_up)
      fail(what.where, "no number makes kernel '" + what.kernel + "' take " + number_text(what.seconds) +
                           " s of processor time (" + number_text(high.seconds) + " s with " +
                           std::to_string(high.number) + "); give one with --set " + what.name + "=…");
    std::int64_t next = std::max(high.number + 1, high.number + high.number / 5);
    if (low.seconds > trusted_seconds)
      next = guess(low, high, what.seconds);
    low = high;
    high = {next, cost(next)};
  }
  while (high.number - low.number > 1 && distance(high, what.seconds) > 0.1) {
    const auto middle = low.number + (high.number - low.number) / 2;
    point between{middle, cost(middle)};
    (between.seconds < what.seconds ? low : high) = between;
  }
  return distance(low, what.seconds) < distance(high, what.seconds) ? low.number : high.number;
}

} // namespace pinion::scenario
