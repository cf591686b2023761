#include <doctest/doctest.h>

#include <random>

#include <pinion/actors/chunk_plan.hpp>

#include "support/seed.hpp"

using namespace pinion;

TEST_CASE("chunks cover all items once, whatever they cost") {
  const auto seed = test::seed();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  for (int round = 0; round < 500; ++round) {
    const auto items = test::between(random, 0, 100'000);
    const auto workers = test::between(random, 0, 9);
    const auto fixed = test::between(random, 0, 3) == 0 ? test::between(random, 1, 500) : 0;
    CAPTURE(items);
    chunk_plan sut(items, static_cast<std::size_t>(workers), fixed);
    std::int64_t seen = 0;
    for (auto size = sut.next(); size > 0; size = sut.next()) {
      CHECK(sut.taken() == seen + size);
      seen += size;
      if (fixed > 0)
        REQUIRE((size == fixed || seen == items));
      sut.learn(size, static_cast<double>(size) * static_cast<double>(test::between(random, 0, 3'000'000)));
    }
    REQUIRE(seen == items);
    REQUIRE(sut.left() == 0);
  }
}

TEST_CASE("until the cost of an item is known a chunk is one item") {
  chunk_plan sut(1'000'000, 4);
  CHECK(sut.next() == 1);
  CHECK(sut.next() == 1);
  CHECK(!sut.knows_cost());
}

TEST_CASE("cheap items go in large shares, that get smaller to the end") {
  chunk_plan sut(1'000'001, 2);
  sut.next();
  sut.learn(1, 100);
  CHECK(sut.next() == 250'000);
  CHECK(sut.next() == 187'500);
  std::int64_t last = sut.next();
  while (sut.left() > 0) {
    const auto size = sut.next();
    CHECK(size <= last);
    last = size;
  }
  CHECK(last <= 2000); // 200 us of work at the most
}

TEST_CASE("no chunk of dear items is longer than is good for a stop, and one that is dear goes alone") {
  chunk_plan dear(1000, 2);
  dear.next();
  dear.learn(1, 10e6);
  CHECK(dear.next() == 5); // 50 ms
  chunk_plan very_dear(1000, 2);
  very_dear.next();
  very_dear.learn(1, 10e9);
  CHECK(very_dear.next() == 1);
}
