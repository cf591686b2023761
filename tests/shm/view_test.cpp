#include <pinion/shm/view.hpp>

#include <algorithm>
#include <doctest/doctest.h>
#include <limits>
#include <numeric>
#include <vector>

#include <pinion/shm/any_view.hpp>

#include "support/seed.hpp"
#include "support/throws.hpp"

using namespace pinion;
using namespace pinion::test;

namespace {

static_assert(std::is_convertible_v<view<double>, view<const double>>);
static_assert(!std::is_convertible_v<view<const double>, view<double>>);
static_assert(!std::is_convertible_v<view<float>, view<const double>>);
static_assert(std::forward_iterator<view<const int>::iterator>);

std::vector<int> counted(std::int64_t count) {
  std::vector<int> values(static_cast<std::size_t>(count));
  std::iota(values.begin(), values.end(), 0);
  return values;
}

// The plain reference: a shape, and all elements written out in row-major order.
struct model {
  std::vector<std::int64_t> shape;
  std::vector<int> values;

  int at(const std::vector<std::int64_t>& index) const {
    std::int64_t position = 0;
    for (std::size_t axis = 0; axis < shape.size(); ++axis)
      position = position * shape[axis] + index[axis];
    return values[static_cast<std::size_t>(position)];
  }

  // A new model of the given shape, whose element i is the old one's element from(i).
  template <class From>
  model made_from(std::vector<std::int64_t> new_shape, From from) const {
    model made{std::move(new_shape), {}};
    std::int64_t count = 1;
    for (auto extent : made.shape)
      count *= extent;
    for (std::int64_t i = 0; i < count; ++i) {
      std::vector<std::int64_t> index(made.shape.size());
      auto rest = i;
      for (std::size_t axis = index.size(); axis-- > 0;) {
        index[axis] = rest % made.shape[axis];
        rest /= made.shape[axis];
      }
      made.values.push_back(at(from(index)));
    }
    return made;
  }

  model slice(std::size_t axis, std::int64_t start, std::int64_t stop, std::int64_t step) const {
    std::vector<std::int64_t> chosen;
    for (auto i = start; step > 0 ? i < stop : i > stop; i += step)
      chosen.push_back(i);
    auto new_shape = shape;
    new_shape[axis] = static_cast<std::int64_t>(chosen.size());
    return made_from(new_shape, [&](std::vector<std::int64_t> index) {
      index[axis] = chosen[static_cast<std::size_t>(index[axis])];
      return index;
    });
  }

  model row(std::int64_t which) const {
    return made_from({shape.begin() + 1, shape.end()}, [&](std::vector<std::int64_t> index) {
      index.insert(index.begin(), which);
      return index;
    });
  }

  model transpose() const {
    return made_from({shape.rbegin(), shape.rend()}, [](std::vector<std::int64_t> index) {
      std::reverse(index.begin(), index.end());
      return index;
    });
  }
};

void check_same(const view<int>& sut, const model& expected) {
  REQUIRE(std::equal(sut.shape().begin(), sut.shape().end(), expected.shape.begin(), expected.shape.end()));
  REQUIRE(sut.size() == static_cast<std::int64_t>(expected.values.size()));
  REQUIRE(std::equal(sut.begin(), sut.end(), expected.values.begin(), expected.values.end()));
  if (sut.contiguous())
    REQUIRE(std::equal(sut.span().begin(), sut.span().end(), expected.values.begin(), expected.values.end()));
  if (sut.rank() == 2)
    for (std::int64_t i = 0; i < sut.shape(0); ++i)
      for (std::int64_t j = 0; j < sut.shape(1); ++j) {
        REQUIRE(sut(i, j) == expected.at({i, j}));
        REQUIRE(&sut.at(i, j) == &sut(i, j));
      }
}

} // namespace

TEST_CASE("any chain of slices, rows and transposes shows what a plain copy would") {
  CAPTURE(seed());
  std::mt19937_64 random(seed());
  for (int round = 0; round < 400; ++round) {
    extents shape;
    for (auto rank = between(random, 0, 4); rank > 0; --rank)
      shape.push_back(between(random, 0, 5));
    auto memory = counted(std::max<std::int64_t>(element_count(shape), 1));
    view<int> sut(memory.data(), c_order(shape));
    model expected{{shape.begin(), shape.end()}, {memory.begin(), memory.begin() + sut.size()}};
    check_same(sut, expected);
    for (auto steps = between(random, 1, 5); steps > 0 && sut.rank() > 0; --steps) {
      auto axis = static_cast<std::size_t>(between(random, 0, static_cast<std::int64_t>(sut.rank()) - 1));
      auto extent = sut.shape(axis);
      switch (between(random, 0, 4)) {
      case 0: {
        auto start = between(random, 0, extent), stop = between(random, 0, extent),
             step = between(random, 1, 3);
        sut = sut.slice(axis, start, stop, step);
        expected = expected.slice(axis, start, stop, step);
        break;
      }
      case 1: {
        auto start = between(random, -1, extent - 1), stop = between(random, -1, extent - 1),
             step = between(random, -3, -1);
        sut = sut.slice(axis, start, stop, step);
        expected = expected.slice(axis, start, stop, step);
        break;
      }
      case 2:
        sut = sut.slice(axis, extent - 1, -1, -1);
        expected = expected.slice(axis, extent - 1, -1, -1);
        break;
      case 3:
        if (sut.shape(0) > 0) {
          auto which = between(random, 0, sut.shape(0) - 1);
          sut = sut.row(which);
          expected = expected.row(which);
        }
        break;
      default:
        sut = sut.transpose();
        expected = expected.transpose();
      }
      check_same(sut, expected);
    }
  }
}

TEST_CASE("a view without axes has one element") {
  int value = 7;
  view<int> sut(&value, c_order({}));
  CHECK(sut.size() == 1);
  CHECK(sut() == 7);
  CHECK(sut.at() == 7);
  CHECK(*sut.begin() == 7);
  CHECK(std::distance(sut.begin(), sut.end()) == 1);
  CHECK(sut.transpose()() == 7);
  CHECK(reason_of([&] { sut.row(0); }) == shm_errc::out_of_range);
  CHECK(reason_of([&] { sut.slice(0, 0, 0); }) == shm_errc::out_of_range);
}

TEST_CASE("a view made of nothing is empty") {
  view<double> sut;
  CHECK(sut.empty());
  CHECK(sut.begin() == sut.end());
  CHECK(sut.span().empty());
  CHECK(sut.slice(0, 0, 0).empty());
}

TEST_CASE("at names the index, the axis and the extent that it refuses") {
  auto memory = counted(6);
  view<int> sut(memory.data(), c_order({2, 3}));
  auto error = error_of([&] { sut.at(1, 3); });
  CHECK(error.reason() == shm_errc::out_of_range);
  CHECK(std::string(error.what()) == "index 3 is out of range for axis 1 with 3 elements");
  CHECK(reason_of([&] { sut.at(-1, 0); }) == shm_errc::out_of_range);
  CHECK(reason_of([&] { sut.at(std::uint64_t{1} << 63, 0); }) == shm_errc::out_of_range);
  CHECK(std::string(error_of([&] { sut.at(0); }).what()) == "1 index for an array with 2 axes");
  CHECK(sut.at(1u, std::int8_t{2}) == 5);
}

TEST_CASE("a slice outside of its axis is refused, never clamped") {
  auto memory = counted(6);
  view<int> sut(memory.data(), c_order({6}));
  constexpr auto smallest = std::numeric_limits<std::int64_t>::min(),
                 largest = std::numeric_limits<std::int64_t>::max();
  CHECK(reason_of([&] { sut.slice(0, 0, 7); }) == shm_errc::out_of_range);
  CHECK(reason_of([&] { sut.slice(0, -1, 3); }) == shm_errc::out_of_range);
  CHECK(reason_of([&] { sut.slice(0, 0, 3, 0); }) == shm_errc::out_of_range);
  CHECK(reason_of([&] { sut.slice(1, 0, 3); }) == shm_errc::out_of_range);
  CHECK(reason_of([&] { sut.slice(0, 6, -1, -1); }) == shm_errc::out_of_range);
  CHECK(reason_of([&] { sut.slice(0, 5, -2, -1); }) == shm_errc::out_of_range);
  CHECK(reason_of([&] { sut.slice(0, smallest, largest, smallest); }) == shm_errc::out_of_range);
  CHECK(sut.slice(0, 6, 6).empty());
  CHECK(sut.slice(0, 4, 2).empty());
  CHECK(sut.slice(0, 2, 6, largest).size() == 1);
  CHECK(sut.slice(0, 2, -1, smallest)(0) == 2);
  auto error = error_of([&] { sut.slice(0, 0, 7); });
  CHECK(std::string(error.what()) == "the slice 0:7:1 is out of range for axis 0 with 6 elements");
}

TEST_CASE("a view whose bytes cannot be counted cannot be made") {
  int value = 0;
  CHECK(reason_of([&] { view<int>(&value, {{2}, {std::int64_t{1} << 62}}); }) == shm_errc::overflow);
  CHECK(reason_of([&] { view<int>(&value, {{2, 2}, {1}}); }) == shm_errc::bad_shape);
  CHECK(reason_of([&] { view<int>(&value, {{-2}, {1}}); }) == shm_errc::bad_shape);
}

TEST_CASE("span is refused where the elements do not lie one after the other") {
  auto memory = counted(6);
  view<int> sut(memory.data(), c_order({2, 3}));
  CHECK(sut.span().size() == 6);
  CHECK(reason_of([&] { sut.transpose().span(); }) == shm_errc::not_contiguous);
  CHECK(sut.transpose().row(0).contiguous() == false);
  CHECK(sut.row(1).span()[0] == 3);
}

TEST_CASE("memory outside of a segment gives no reference") {
  auto memory = counted(6);
  auto error = error_of([&] { view<int>(memory.data(), c_order({2, 3})).ref(); });
  CHECK(error.reason() == shm_errc::not_shared);
  CHECK(contains(error.what(), "int32[2,3]"));
}

TEST_CASE("a view without a type gives back the type it was made of, and no other") {
  auto memory = counted(6);
  view<int> typed(memory.data(), c_order({2, 3}));
  any_view sut = typed;
  CHECK(sut.type == dtype::int32);
  CHECK(sut.writable);
  CHECK(sut.as<int>()(1, 2) == 5);
  CHECK(std::string(error_of([&] { sut.as<double>(); }).what()) == "the elements are int32, not float64");
  any_view read_only = view<const int>(typed);
  CHECK_FALSE(read_only.writable);
  CHECK(read_only.as<const int>()(1, 2) == 5);
  CHECK(reason_of([&] { read_only.as<int>(); }) == shm_errc::read_only);
}

TEST_CASE("an array without elements can be sliced whatever its strides are") {
  constexpr auto least = std::numeric_limits<std::int64_t>::min();
  const view<const double> empty(nullptr, {{3, 0}, {least, least}});
  CHECK(empty.slice(0, 2, -1, -1).shape() == extents{3, 0});
  CHECK(empty.slice(0, 2, -1, -1).row(1).empty());
  CHECK(empty.slice(0, 0, 3, 2).shape() == extents{2, 0});
}
