#pragma once

#include <cstdint>
#include <cstdlib>
#include <random>
#include <string>

namespace pinion::test {

/// Random each time; PINION_TEST_SEED repeats a run. Tests CAPTURE it, so that a failure prints it.
inline std::uint64_t seed() {
  static const std::uint64_t value = [] {
    if (const char* given = std::getenv("PINION_TEST_SEED"))
      return static_cast<std::uint64_t>(std::stoull(given));
    return static_cast<std::uint64_t>(std::random_device{}());
  }();
  return value;
}

/// A whole number from low to high, both included.
template <class Random>
std::int64_t between(Random& random, std::int64_t low, std::int64_t high) {
  return std::uniform_int_distribution<std::int64_t>(low, high)(random);
}

} // namespace pinion::test
