#include <doctest/doctest.h>

#include <limits>
#include <random>
#include <set>

#include <pinion/shm/overlap.hpp>

#include "support/seed.hpp"

using namespace pinion;

namespace {

array_ref ref(std::uint64_t offset, dtype type, extents shape, extents strides) {
  array_ref result;
  result.segment = "/x";
  result.offset = offset;
  result.type = type;
  result.lay = {shape, strides};
  return result;
}

// All bytes, written out.
std::set<std::int64_t> bytes_of(const array_ref& of) {
  std::set<std::int64_t> result;
  const auto item = static_cast<std::int64_t>(item_size(of.type));
  const auto count = element_count(of.lay.shape);
  for (std::int64_t i = 0; i < count; ++i) {
    auto rest = i;
    auto at = static_cast<std::int64_t>(of.offset);
    for (auto axis = of.lay.rank(); axis-- > 0;) {
      at += rest % of.lay.shape[axis] * of.lay.strides[axis] * item;
      rest /= of.lay.shape[axis];
    }
    for (std::int64_t byte = 0; byte < item; ++byte)
      result.insert(at + byte);
  }
  return result;
}

overlap by_hand(const array_ref& a, const array_ref& b) {
  const auto left = bytes_of(a);
  for (const auto byte : bytes_of(b))
    if (left.contains(byte))
      return overlap::some;
  return overlap::none;
}

} // namespace

TEST_CASE("interleaved and neighbouring slices have nothing in common, shifted ones have") {
  // Every second row of a matrix of 10 x 4, from 0 and from 1.
  CHECK(overlap_of(ref(4096, dtype::float64, {5, 4}, {8, 1}),
                   ref(4096 + 32, dtype::float64, {5, 4}, {8, 1})) == overlap::none);
  // Two halves of the columns.
  CHECK(overlap_of(ref(4096, dtype::float64, {10, 2}, {4, 1}),
                   ref(4096 + 16, dtype::float64, {10, 2}, {4, 1})) == overlap::none);
  // Columns 0 to 2 and 2 to 4.
  CHECK(overlap_of(ref(4096, dtype::float64, {10, 3}, {4, 1}),
                   ref(4096 + 16, dtype::float64, {10, 2}, {4, 1})) == overlap::some);
  // The same elements backwards.
  CHECK(overlap_of(ref(4096, dtype::int32, {10}, {1}), ref(4096 + 36, dtype::int32, {10}, {-1})) ==
        overlap::some);
  // Real and imaginary parts.
  CHECK(overlap_of(ref(4096, dtype::float32, {9}, {2}), ref(4100, dtype::float32, {9}, {2})) ==
        overlap::none);
  CHECK(overlap_of(ref(4096, dtype::complex64, {9}, {1}), ref(4100, dtype::float32, {9}, {2})) ==
        overlap::some);
}

TEST_CASE("arrays of different segments, and arrays without elements, have nothing in common") {
  auto a = ref(4096, dtype::float64, {10}, {1});
  auto b = a;
  CHECK(overlap_of(a, b) == overlap::some);
  b.segment = "/y";
  CHECK(overlap_of(a, b) == overlap::none);
  CHECK(overlap_of(a, ref(4096, dtype::float64, {0}, {1})) == overlap::none);
}

TEST_CASE("a stride that takes no step does not matter to overlap, however large it is") {
  constexpr auto least = std::numeric_limits<std::int64_t>::min();
  constexpr auto most = std::numeric_limits<std::int64_t>::max();
  for (const auto stride : {least, least + 1, most / 8 + 1, most}) {
    const auto one = ref(4096, dtype::float64, {1, 3}, {stride, 1});
    CHECK(overlap_of(one, ref(4096 + 16, dtype::float64, {2}, {1})) == overlap::some);
    CHECK(overlap_of(one, ref(4096 + 24, dtype::float64, {2}, {1})) == overlap::none);
    CHECK(overlap_of(one, ref(4096 + 12, dtype::float32, {1, 1}, {stride, stride})) == overlap::some);
  }
}

TEST_CASE("two arrays that take all of memory are told to overlap") {
  constexpr auto most = std::numeric_limits<std::int64_t>::max();
  const auto all = ref(0, dtype::uint8, {most}, {1});
  CHECK(overlap_of(all, all) == overlap::some);
  CHECK(overlap_of(all, ref(1, dtype::uint8, {most / 2, 2}, {2, 1})) == overlap::some);
  CHECK(overlap_of(ref(8, dtype::uint8, {2}, {std::numeric_limits<std::int64_t>::min()}), all) ==
        overlap::some);
}

TEST_CASE("overlap is what comparing all bytes says, for thousands of random slices") {
  const auto seed = test::seed();
  CAPTURE(seed);
  std::mt19937 random(static_cast<std::uint32_t>(seed));
  const auto roll = [&](int from, int to) { return std::uniform_int_distribution<int>(from, to)(random); };
  const dtype types[] = {dtype::uint8, dtype::int16, dtype::float32, dtype::float64, dtype::complex128};
  int met = 0;
  constexpr int cases = 20'000;
  for (int i = 0; i < cases; ++i) {
    const auto any = [&] {
      extents shape;
      extents strides;
      for (int axis = roll(0, 3); axis-- > 0;) {
        shape.push_back(roll(roll(0, 9) == 0 ? 0 : 1, 5));
        strides.push_back(roll(-12, 12));
      }
      return ref(static_cast<std::uint64_t>(10'000 + roll(0, 300)), types[roll(0, 4)], shape, strides);
    };
    const auto a = any();
    const auto b = any();
    CAPTURE(to_string(a));
    CAPTURE(to_string(b));
    const auto expected = by_hand(a, b);
    met += expected == overlap::some ? 1 : 0;
    REQUIRE(overlap_of(a, b) == expected);
    REQUIRE(overlap_of(b, a) == expected);
  }
  // Both answers were tried.
  CHECK(met > cases / 10);
  CHECK(met < cases * 9 / 10);
}

TEST_CASE("eight axes are answered exactly, and a riddle within the steps that it may take") {
  const extents shape{2, 3, 2, 3, 2, 3, 2, 3};
  const extents packed{1944, 648, 324, 108, 54, 18, 9, 3};
  CHECK(overlap_of(ref(4096, dtype::uint8, shape, packed), ref(4097, dtype::uint8, shape, packed)) ==
        overlap::none);
  CHECK(overlap_of(ref(4096, dtype::uint8, shape, packed), ref(4096 + 3, dtype::uint8, shape, packed)) ==
        overlap::some);
  // Coefficients without a common divisor, and a sum that only few choices make.
  const extents wild{100'003, 70'001, 50'021, 30'011, 20'011, 10'007, 7'001, 5'003};
  const extents wide{40, 40, 40, 40, 40, 40, 40, 40};
  const auto a = ref(4096, dtype::uint8, wide, wild);
  const auto b = ref(4096 + 2'501, dtype::uint8, {1}, {1});
  const auto answer = overlap_of(a, b, 10);
  CHECK((answer == overlap::none || answer == overlap::unknown));
  CHECK(overlap_of(a, b, 10'000'000) == overlap::none);
}
