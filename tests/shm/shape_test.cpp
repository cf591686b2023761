#include <pinion/shm/shape.hpp>

#include <doctest/doctest.h>
#include <limits>

#include "support/throws.hpp"

using namespace pinion;
using namespace pinion::test;

namespace {

constexpr auto huge = std::int64_t{1} << 62;
constexpr auto smallest = std::numeric_limits<std::int64_t>::min();
constexpr auto largest = std::numeric_limits<std::int64_t>::max();

} // namespace

TEST_CASE("extents hold up to eight numbers and refuse a ninth") {
  extents eight{1, 2, 3, 4, 5, 6, 7, 8};
  CHECK(eight.size() == 8);
  CHECK(reason_of([&] { eight.push_back(9); }) == shm_errc::bad_shape);
  CHECK(reason_of([] { extents{1, 2, 3, 4, 5, 6, 7, 8, 9}; }) == shm_errc::bad_shape);
  eight.erase(0);
  eight.erase(6);
  CHECK(eight == extents{2, 3, 4, 5, 6, 7});
  CHECK(eight != extents{2, 3, 4, 5, 6});
}

TEST_CASE("extents are printed with crosses") {
  CHECK(to_string(extents{2, 3}) == "2x3");
  CHECK(to_string(extents{-1}) == "-1");
  CHECK(to_string(extents{}) == "scalar");
}

TEST_CASE("no axes mean one element, an extent of zero means none") {
  CHECK(element_count({}) == 1);
  CHECK(element_count({0}) == 0);
  CHECK(element_count({3, 0, 5}) == 0);
  CHECK(element_count({3, 4, 5}) == 60);
  CHECK(byte_count({3}, dtype::complex128) == 48);
  CHECK(byte_count({}, dtype::int8) == 1);
}

TEST_CASE("a count that does not fit is an overflow, also when another extent is zero") {
  CHECK(reason_of([] { element_count({huge, 2}); }) == shm_errc::overflow);
  CHECK(reason_of([] { element_count({huge, 0, 2}); }) == shm_errc::overflow);
  CHECK(reason_of([] { element_count({0, huge, 2}); }) == shm_errc::overflow);
  CHECK(reason_of([] { byte_count({huge}, dtype::int16); }) == shm_errc::overflow);
  CHECK(byte_count({largest}, dtype::int8) == static_cast<std::uint64_t>(largest));
  CHECK(reason_of([] { c_order({huge, 4}); }) == shm_errc::overflow);
  CHECK(reason_of([] { f_order({4, huge}); }) == shm_errc::overflow);
}

TEST_CASE("a negative extent is refused") {
  for (auto bad : {std::int64_t{-1}, smallest})
    CHECK(reason_of([&] { element_count({2, bad}); }) == shm_errc::bad_shape);
}

TEST_CASE("C order runs fastest over the last axis, Fortran order over the first") {
  CHECK(c_order({2, 3, 4}).strides == extents{12, 4, 1});
  CHECK(f_order({2, 3, 4}).strides == extents{1, 2, 6});
  CHECK(c_order({}).strides == extents{});
  CHECK(c_order({2, 0, 4}).strides == extents{4, 4, 1});
}

TEST_CASE("contiguous means one after the other, whatever the strides of axes with one element") {
  CHECK(contiguous(c_order({2, 3})));
  CHECK_FALSE(f_contiguous(c_order({2, 3})));
  CHECK(f_contiguous(f_order({2, 3})));
  CHECK(contiguous({{1, 3}, {999, 1}}));
  CHECK(contiguous({{3, 1}, {1, smallest}}));
  CHECK(contiguous({{}, {}}));
  CHECK(contiguous({{5, 0}, {7, -7}}));
  CHECK_FALSE(contiguous({{3}, {2}}));
  CHECK_FALSE(contiguous({{3}, {-1}}));
  CHECK_FALSE(contiguous({{3}, {0}}));
  CHECK_FALSE(contiguous({{3}, {}}));
  CHECK_FALSE(contiguous({{huge, huge, huge}, {huge, 1, 1}}));
}

TEST_CASE("the bytes of a layout reach below the first element for negative strides") {
  CHECK(byte_span_of(c_order({2, 3}), 8) == byte_span{0, 48});
  CHECK(byte_span_of({{4}, {-1}}, 8) == byte_span{-24, 8});
  CHECK(byte_span_of({{4, 3}, {-3, 2}}, 4) == byte_span{-36, 20});
  CHECK(byte_span_of({{1000}, {0}}, 8) == byte_span{0, 8});
  CHECK(byte_span_of({{}, {}}, 16) == byte_span{0, 16});
  CHECK(byte_span_of({{0, 5}, {smallest, largest}}, 8) == byte_span{0, 0});
  CHECK(byte_span_of({{1}, {smallest}}, 8) == byte_span{0, 8});
}

TEST_CASE("bytes that cannot be counted are an overflow, never a small number") {
  CHECK(reason_of([] { byte_span_of({{2}, {largest}}, 8); }) == shm_errc::overflow);
  CHECK(reason_of([] { byte_span_of({{2}, {smallest}}, 2); }) == shm_errc::overflow);
  CHECK(reason_of([] { byte_span_of({{3, 3}, {huge / 2, huge / 2}}, 1); }) == shm_errc::overflow);
  CHECK(reason_of([] { byte_span_of({{huge, huge}, {0, 0}}, 1); }) == shm_errc::overflow);
  CHECK(reason_of([] { byte_span_of({{huge}, {0}}, 8); }) == shm_errc::overflow);
  CHECK(reason_of([] {
          byte_span_of({{2}, {1}}, std::numeric_limits<std::size_t>::max());
        }) == shm_errc::overflow);
  CHECK(reason_of([] { byte_span_of({{2, 2}, {1}}, 8); }) == shm_errc::bad_shape);
}
