#include <doctest/doctest.h>

#include <memory>
#include <string>

#include <pinion/shm/ledger.hpp>
#include <pinion/shm/store.hpp>

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
