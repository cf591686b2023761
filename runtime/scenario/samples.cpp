#include <algorithm>
#include <cmath>
#include <limits>

#include <pinion/runtime/scenario/samples.hpp>

namespace pinion::scenario {

void samples::add(double value) {
  values_.push_back(value);
  is_sorted_ = false;
}

double samples::percentile(double share) const {
  if (values_.empty())
    return std::numeric_limits<double>::quiet_NaN();
  if (!is_sorted_) {
    std::sort(values_.begin(), values_.end());
    is_sorted_ = true;
  }
  // The little that is taken away keeps 0.99 * 100 from counting as more than 99.
  const auto rank = std::ceil(share * static_cast<double>(values_.size()) - 1e-9);
  const auto last = values_.size() - 1;
  return values_[std::min(last, static_cast<std::size_t>(std::max(rank, 1.0)) - 1)];
}

} // namespace pinion::scenario
