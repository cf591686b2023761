#pragma once

#include <cstddef>
#include <vector>

namespace pinion::scenario {

/// Times, and what they come to. One thread at a time.
class samples {
public:
  void add(double value);
  std::size_t count() const noexcept { return values_.size(); }

  /// The smallest value that at least this share (0 < share <= 1) of all values do not exceed: a value that
  /// was measured, never one in between. Not a number where there are none.
  double percentile(double share) const;
  double max() const { return percentile(1); }

private:
  mutable std::vector<double> values_; ///< sorted where is_sorted_
  mutable bool is_sorted_ = true;
};

} // namespace pinion::scenario
