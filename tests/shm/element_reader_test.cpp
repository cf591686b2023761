#include <pinion/shm/element_reader.hpp>

#include <algorithm>
#include <cstring>
#include <doctest/doctest.h>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include "support/seed.hpp"

using namespace pinion;
using namespace pinion::test;

TEST_CASE("elements come in C order, whatever their strides and however small the pieces") {
  CAPTURE(seed());
  std::mt19937_64 random(seed());
  std::vector<int> memory(6 * 7 * 8);
  std::iota(memory.begin(), memory.end(), 0);
  const view<const int> whole(memory.data(), c_order({6, 7, 8}));
  for (int round = 0; round < 500; ++round) {
    auto part = whole;
    for (std::size_t axis = 0; axis < 3; ++axis) {
      const auto extent = part.shape(axis);
      part = random() % 2 == 0 ? part.slice(axis, extent - 1, -1, -between(random, 1, 3))
                               : part.slice(axis, between(random, 0, 2), extent, between(random, 1, 3));
    }
    if (random() % 2 == 0)
      part = part.transpose();
    const std::vector<int> expected(part.begin(), part.end());
    std::vector<std::byte> bytes(expected.size() * sizeof(int));
    element_reader sut(part);
    std::size_t done = 0;
    for (;;) {
      const auto wanted = static_cast<std::size_t>(between(random, 1, 40));
      std::byte piece[40];
      const auto got = sut.read(piece, wanted);
      REQUIRE(done + got <= bytes.size());
      std::memcpy(bytes.data() + done, piece, got);
      done += got;
      if (got < wanted)
        break;
    }
    REQUIRE(done == bytes.size());
    CHECK(std::memcmp(bytes.data(), expected.data(), done) == 0);
  }
}

TEST_CASE("a scalar is one element, and an array without elements none") {
  double value = 2.5, read = 0;
  element_reader scalar(view<const double>(&value, c_order({})));
  CHECK(scalar.read(&read, 100) == sizeof value);
  CHECK(read == 2.5);
  CHECK(scalar.read(&read, 1) == 0);
  element_reader none(view<const double>(nullptr, c_order({3, 0})));
  CHECK(none.read(&read, 8) == 0);
}
