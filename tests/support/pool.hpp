#pragma once

#include <cstddef>
#include <cstdint>
#include <numeric>
#include <vector>

#include <pinion/pinion.hpp>

namespace pinion::test {

inline config with_workers(std::size_t count) {
  config result;
  result.workers = count;
  return result;
}

/// 0 to end - 1.
inline std::vector<std::int64_t> numbers_to(std::int64_t end) {
  std::vector<std::int64_t> result(static_cast<std::size_t>(end));
  std::iota(result.begin(), result.end(), 0);
  return result;
}

inline std::vector<std::int64_t> squares_to(std::int64_t end) {
  auto result = numbers_to(end);
  for (auto& each : result)
    each *= each;
  return result;
}

} // namespace pinion::test
