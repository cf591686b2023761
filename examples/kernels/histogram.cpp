// histogram: how many values fall into each of some equal bins.
#include <cmath>
#include <cstdint>
#include <stdexcept>

#include <pinion/actors/kernels_macro.hpp>

#include "runs.hpp"

namespace {

// Adds to what the bins hold, so that several calls can fill one histogram. The last bin has its upper edge
// in it. Gives the number of values that fell inside; not-a-number falls nowhere.
std::int64_t histogram(pinion::view<const double> values, double lo, double hi,
                       pinion::view_nd<std::int64_t, 1> bins) {
  if (!(lo < hi) || !std::isfinite(hi - lo))
    throw std::invalid_argument("the range from " + std::to_string(lo) + " to " + std::to_string(hi) +
                                " is no range: lo must be below hi, and both finite");
  const auto count = bins.size();
  if (count == 0)
    throw std::invalid_argument("there are no bins: the array for them has no elements");
  const double bins_per_unit = static_cast<double>(count) / (hi - lo);
  std::int64_t inside = 0;
  kernels::for_each_run(
      [&](std::int64_t n, kernels::run<const double> r) {
        for (std::int64_t i = 0; i < n; ++i) {
          const double x = r[i];
          if (!(x >= lo && x <= hi))
            continue;
          auto bin = static_cast<std::int64_t>((x - lo) * bins_per_unit);
          if (bin >= count) // x is hi, or was rounded up to it
            bin = count - 1;
          ++bins(bin);
          ++inside;
        }
      },
      values);
  return inside;
}

} // namespace

PINION_KERNELS(k) {
  k.add("histogram", histogram,
        "adds to bins how many values lie in each of them, from lo to hi; gives how many in all");
}
