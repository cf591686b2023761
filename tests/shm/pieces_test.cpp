#include <pinion/shm/pieces.hpp>

#include <atomic>
#include <doctest/doctest.h>
#include <random>
#include <stdexcept>
#include <vector>

#include "support/seed.hpp"

using namespace pinion;

TEST_CASE("pieces cover everything once, whatever the sizes") {
  const auto seed = test::seed();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  for (int i = 0; i < 300; ++i) {
    const auto size = static_cast<std::uint64_t>(test::between(random, 0, 5000));
    const auto piece = static_cast<std::uint64_t>(test::between(random, 1, 1500));
    CAPTURE(size);
    CAPTURE(piece);
    std::vector<std::atomic<int>> hits(size);
    in_pieces(size, piece, [&](std::uint64_t from, std::uint64_t length) {
      for (auto at = from; at < from + length; ++at)
        ++hits[at];
    });
    for (const auto& each : hits)
      REQUIRE(each == 1);
  }
}

TEST_CASE("a piece that fails is told to the caller, and ends the rest") {
  std::atomic<int> begun{0};
  CHECK_THROWS_WITH_AS(in_pieces(1000, 1,
                                 [&](std::uint64_t, std::uint64_t) {
                                   ++begun;
                                   throw std::runtime_error("the first");
                                 }),
                       "the first", std::runtime_error);
  CHECK(begun <= 4); // one a thread
}
