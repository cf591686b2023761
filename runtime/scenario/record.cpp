#include <algorithm>

#include <pinion/runtime/scenario/record.hpp>

namespace pinion::scenario {

bool record::all_hold() const noexcept {
  return std::all_of(verdicts.begin(), verdicts.end(), [](const auto& one) { return one.holds; });
}

} // namespace pinion::scenario
