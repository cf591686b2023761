#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

#include <pinion/shm/ledger.hpp>
#include <pinion/shm/store.hpp>

#include "support/arena_pair.hpp"
#include "support/child.hpp"

using namespace pinion;

TEST_CASE("what a forked child drops is counted as its parent's still, and nobody hears of it") {
  store_options options;
  options.books = std::make_shared<ledger>(std::uint64_t{64} << 20);
  store sut(options);
  auto large = sut.zeros<std::uint8_t>({20 << 20});
  int told = 0;
  sut.on_retire([&](const std::string&) { ++told; });
  const auto held = options.books->taken();
  test::child copy([&] {
    large = {};
    test::must(told == 0, "the child told of a segment");
  });
  CHECK(copy.wait() == 0);
  CHECK(options.books->taken() == held);
  large = {};
  CHECK(told == 1);
  CHECK(options.books->taken() == 0);
}

TEST_CASE("what one of them keeps warm does not stand in the way of others who share its limit") {
  test::pair_of both(std::uint64_t{100} << 20);
  store_options options;
  options.books = both.books;
  store arrays(options);
  std::vector<any_array> some;
  SUBCASE("a worker's results") {
    for (int i = 0; i < 6; ++i)
      some.push_back(both.worker->make(dtype::uint8, {10 << 20}));
    some.clear();
    CHECK(arrays.make(dtype::uint8, {80 << 20}).size() == 80 << 20);
  }
  SUBCASE("a store's arrays") {
    for (int i = 0; i < 6; ++i)
      some.push_back(arrays.make(dtype::uint8, {10 << 20}));
    some.clear();
    CHECK(both.worker->make(dtype::uint8, {80 << 20}).size() == 80 << 20);
  }
}
