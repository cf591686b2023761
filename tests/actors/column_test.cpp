#include <pinion/actors/column.hpp>

#include <array>
#include <doctest/doctest.h>
#include <limits>
#include <list>
#include <string>
#include <vector>

#include "support/shm_left.hpp"
#include "support/throws.hpp"

#include "printers.hpp"

using namespace pinion;

static_assert(mappable<std::vector<int>> && mappable<std::array<double, 3>> && mappable<array<float>>);
static_assert(mappable<std::vector<std::string>> && mappable<std::vector<array<double>>>);
static_assert(mappable<rows<double>> && mappable<tiles<const double>> && mappable<same<int>>);
static_assert(!mappable<int> && !mappable<std::string> && !mappable<std::list<int>>);

namespace {

argument at(const column& from, std::int64_t item) {
  hold_list holds;
  return from.at(item, holds);
}

} // namespace

TEST_CASE("numbers of a range become an array, whose elements are the items") {
  test::nothing_left after;
  store memory;
  const auto sut = to_column(memory, std::vector<std::int16_t>{3, -1, 4});
  CHECK(sut.count() == 3);
  REQUIRE(sut.axis() != nullptr);
  CHECK(sut.axis()->type == dtype::int16);
  CHECK(at(sut, 1) == argument(std::int64_t{-1}));
  CHECK(at(to_column(memory, std::vector<bool>{false, true}), 1) == argument(true));
  CHECK(to_column(memory, std::vector<double>{}).count() == 0);
}

TEST_CASE("an array's items are its elements, or its slices along the first axis, where they lie") {
  test::nothing_left after;
  store memory;
  const auto a = memory.zeros<double>({4, 3});
  const auto sut = to_column(memory, rows(a));
  CHECK(sut.count() == 4);
  CHECK(std::get<array_ref>(at(sut, 2)) == a.row(2).ref());
  hold_list holds;
  sut.at(0, holds);
  CHECK(holds.size() == 1);
  CHECK(at(to_column(memory, a.row(1)), 0) == argument(0.0));
  const auto cut = to_column(memory, tiles(a, {3, 2}));
  CHECK(cut.count() == 4);
  CHECK(std::get<array_ref>(at(cut, 3)).lay.shape == extents{1, 1});
  CHECK(test::reason_of([&] { to_column(memory, memory.zeros<double>({})); }) == shm_errc::bad_shape);
}

TEST_CASE("texts are kept, also where the range only points to them") {
  test::nothing_left after;
  store memory;
  auto text = std::make_unique<std::string>("abc");
  const auto sut = to_column(memory, std::vector<std::string_view>{*text});
  text.reset();
  CHECK(at(sut, 0) == argument("abc"));
  CHECK(sut.axis() == nullptr);
}

TEST_CASE("what is the same for all has no number of items") {
  test::nothing_left after;
  store memory;
  const auto sut = to_column(memory, same("x"));
  CHECK(sut.count() == -1);
  CHECK(at(sut, 1'000'000) == argument("x"));
  const auto a = memory.zeros<double>({2});
  CHECK(std::get<array_ref>(at(to_column(memory, same(a)), 5)) == a.ref());
}

TEST_CASE("numbers are put into elements by the rule of arguments") {
  test::nothing_left after;
  store memory;
  const auto bytes = memory.zeros<std::uint8_t>({2});
  CHECK(put_element(bytes.view(), 1, std::int64_t{255}));
  CHECK(bytes(1) == 255);
  CHECK(!put_element(bytes.view(), 1, std::int64_t{256}));
  CHECK(!put_element(bytes.view(), 1, 1.0));
  const auto floats = memory.zeros<float>({1});
  CHECK(!put_element(floats.view(), 0, std::numeric_limits<double>::max()));
  CHECK(put_element(floats.view(), 0, std::int64_t{3}));
  CHECK(element_at(floats.view(), 0) == argument(3.0));
}
