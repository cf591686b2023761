#include <doctest/doctest.h>

#include <limits>
#include <numeric>
#include <random>
#include <vector>

#include <pinion/shm/relayout.hpp>
#include <pinion/shm/rows.hpp>
#include <pinion/shm/tiles.hpp>

#include "support/seed.hpp"
#include "support/throws.hpp"

using namespace pinion;
using namespace pinion::test;

namespace {

template <class T>
std::vector<int> elements(const view<T>& v) {
  return {v.begin(), v.end()};
}

std::vector<int> counted(int count) {
  std::vector<int> values(static_cast<std::size_t>(count));
  std::iota(values.begin(), values.end(), 0);
  return values;
}

} // namespace

TEST_CASE("a contiguous array takes any shape of as many elements, one extent left open") {
  auto values = counted(24);
  const view<int> v(values.data(), c_order({2, 3, 4}));
  CHECK(v.reshape({6, 4}).shape() == extents{6, 4});
  CHECK(v.reshape({4, -1}).shape() == extents{4, 6});
  CHECK(v.reshape({-1}).shape() == extents{24});
  CHECK(v.reshape({1, 24, 1, 1}).shape() == extents{1, 24, 1, 1});
  CHECK(elements(v.reshape({3, 2, 2, 2})) == values);
}

TEST_CASE("a shape of another number of elements is refused with the numbers") {
  auto values = counted(24);
  const view<int> v(values.data(), c_order({2, 3, 4}));
  CHECK(reason_of([&] { v.reshape({5, 5}); }) == shm_errc::bad_shape);
  CHECK(reason_of([&] { v.reshape({-1, 5}); }) == shm_errc::bad_shape);
  CHECK(reason_of([&] { v.reshape({-1, -1}); }) == shm_errc::bad_shape);
  CHECK(reason_of([&] { v.reshape({-2, -12}); }) == shm_errc::bad_shape);
}

TEST_CASE("a shape that only a copy could have is refused, and splitting an axis of a transpose is not") {
  auto values = counted(24);
  const auto turned = view<int>(values.data(), c_order({4, 6})).transpose(); // 6 x 4
  CHECK(reason_of([&] { turned.reshape({24}); }) == shm_errc::not_contiguous);
  const auto split = turned.reshape({2, 3, 4});
  CHECK(elements(split) == elements(turned));
  CHECK(elements(turned.slice(0, 5, -1, -2).reshape({3, 2, 2})) == elements(turned.slice(0, 5, -1, -2)));
}

TEST_CASE("reshape keeps the order of the elements, for thousands of random views, or refuses") {
  const auto seed = test::seed();
  CAPTURE(seed);
  std::mt19937 random(static_cast<std::uint32_t>(seed));
  const auto roll = [&](int from, int to) { return std::uniform_int_distribution<int>(from, to)(random); };
  auto values = counted(5000);
  const int some[] = {1, 1, 2, 2, 3, 4, 6};
  int made = 0;
  for (int i = 0; i < 20'000; ++i) {
    extents shape;
    for (int axis = roll(0, 4); axis-- > 0;)
      shape.push_back(some[roll(0, 6)]);
    view<int> v(values.data(), roll(0, 1) == 0 ? c_order(shape) : f_order(shape));
    for (std::size_t axis = 0; axis < v.rank(); ++axis)
      if (roll(0, 2) == 0)
        v = roll(0, 1) == 0 ? v.slice(axis, 0, v.shape(axis), roll(1, 2))
                            : v.slice(axis, v.shape(axis) - 1, -1, -roll(1, 2));
    extents wanted;
    auto left = v.size();
    while (wanted.size() < 5 && left > 1) {
      const auto extent = some[roll(0, 6)];
      if (left % extent == 0) {
        wanted.push_back(extent);
        left /= extent;
      }
    }
    wanted.push_back(left);
    const auto lay = reshaped(v.lay(), wanted);
    if (!lay) {
      CHECK_FALSE(v.contiguous());
      continue;
    }
    ++made;
    REQUIRE(elements(view<int>(v.data(), *lay)) == elements(v));
  }
  CHECK(made > 5000);
}

TEST_CASE("broadcast repeats axes of extent 1 and those that are missing in front") {
  auto values = counted(3);
  const view<int> v(values.data(), c_order({3}));
  CHECK(elements(v.broadcast({2, 3})) == std::vector{0, 1, 2, 0, 1, 2});
  CHECK(elements(v.unsqueeze(1).broadcast({3, 2})) == std::vector{0, 0, 1, 1, 2, 2});
  CHECK(v.broadcast({0, 3}).empty());
  CHECK(reason_of([&] { v.broadcast({3, 2}); }) == shm_errc::bad_shape);
  CHECK(reason_of([&] { v.unsqueeze(0).broadcast({3}); }) == shm_errc::bad_shape);
  static_assert(std::is_same_v<decltype(v.broadcast({3})), view<const int>>);
}

TEST_CASE("axes of extent 1 come and go") {
  auto values = counted(6);
  const view<int> v(values.data(), c_order({1, 2, 1, 3}));
  CHECK(v.squeeze().shape() == extents{2, 3});
  CHECK(v.squeeze(2).shape() == extents{1, 2, 3});
  CHECK(v.unsqueeze(4).shape() == extents{1, 2, 1, 3, 1});
  CHECK(elements(v.squeeze().unsqueeze(1)) == values);
  CHECK(reason_of([&] { v.squeeze(1); }) == shm_errc::bad_shape);
  CHECK(reason_of([&] { v.squeeze(7); }) == shm_errc::bad_shape);
  CHECK(reason_of([&] { v.unsqueeze(5); }) == shm_errc::bad_shape);
}

TEST_CASE("axes are put into any order, each named once") {
  auto values = counted(24);
  const view<int> v(values.data(), c_order({2, 3, 4}));
  const auto turned = v.transpose({2, 0, 1});
  CHECK(turned.shape() == extents{4, 2, 3});
  CHECK(turned(3, 1, 2) == v(1, 2, 3));
  CHECK(v.transpose({2, 1, 0}).lay() == v.transpose().lay());
  for (const auto& wrong :
       {extents{0, 1}, extents{0, 1, 1}, extents{0, 1, 3}, extents{0, 1, -1}, extents{0, 1, 2, 2}})
    CHECK(reason_of([&] { v.transpose(wrong); }) == shm_errc::bad_shape);
}

TEST_CASE("elements are reached by their number, whatever the strides") {
  auto values = counted(24);
  const auto v = view<int>(values.data(), c_order({4, 6})).transpose().slice(0, 5, -1, -2);
  const auto all = elements(v);
  for (std::int64_t i = 0; i < v.size(); ++i)
    CHECK(v.flat(i) == all[static_cast<std::size_t>(i)]);
  CHECK(v.flat_at(3) == all[3]);
  CHECK(reason_of([&] { v.flat_at(v.size()); }) == shm_errc::out_of_range);
  CHECK(reason_of([&] { v.flat_at(-1); }) == shm_errc::out_of_range);
}

TEST_CASE("rows go over axis 0, and writing to one writes the array") {
  auto values = counted(6);
  const view<int> v(values.data(), c_order({3, 2}));
  std::vector<std::vector<int>> seen;
  const rows all(v);
  for (const auto& row : all)
    seen.push_back(elements(row));
  CHECK(seen == std::vector<std::vector<int>>{{0, 1}, {2, 3}, {4, 5}});
  all[1](0) = 20;
  CHECK(values[2] == 20);
  CHECK(reason_of([&] { all[3]; }) == shm_errc::out_of_range);
  CHECK(reason_of([&] { rows{view<int>(values.data(), layout{})}; }) == shm_errc::bad_shape);
}

TEST_CASE("tiles cover a view once, smaller ones at the edges") {
  auto values = counted(35);
  const view<int> v(values.data(), c_order({5, 7}));
  const tiles parts(v, {2, 3});
  CHECK(parts.counts() == extents{3, 3});
  REQUIRE(parts.size() == 9);
  CHECK(elements(parts[0]) == std::vector{0, 1, 2, 7, 8, 9});
  CHECK(parts[8].shape() == extents{1, 1});
  std::vector<int> seen;
  for (const auto& tile : parts)
    for (const auto each : tile)
      seen.push_back(each);
  std::sort(seen.begin(), seen.end());
  CHECK(seen == values);
  CHECK(tiles(v, {100, 100}).size() == 1);
  constexpr auto all = std::numeric_limits<std::int64_t>::max();
  REQUIRE(tiles(v, {all, all}).size() == 1);
  CHECK(tiles(v, {all, all})[0].shape() == v.shape());
  CHECK(reason_of([&] { tiles(v, {2}); }) == shm_errc::bad_shape);
  CHECK(reason_of([&] { tiles(v, {0, 2}); }) == shm_errc::bad_shape);
}
