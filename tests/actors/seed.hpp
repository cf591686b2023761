#pragma once

#include <cstdint>
#include <cstdlib>
#include <random>

/// A new seed in each run; PINION_TEST_SEED=N in the environment plays one again. Tests show it when they
/// fail.
inline std::uint64_t test_seed() {
  if (const char* given = std::getenv("PINION_TEST_SEED"))
    return std::strtoull(given, nullptr, 10);
  std::random_device entropy;
  return (std::uint64_t{entropy()} << 32U) | entropy();
}
