#include <pinion/shm/dtype.hpp>

#include <doctest/doctest.h>

using namespace pinion;

static_assert(dtype_of<bool> == dtype::boolean && dtype_of<signed char> == dtype::int8);
static_assert(dtype_of<long> == dtype::int64 && dtype_of<long long> == dtype::int64);
static_assert(dtype_of<std::size_t> == dtype::uint64 && dtype_of<std::complex<float>> == dtype::complex64);
static_assert(!element<char> && !element<const double> && !element<long double> && !element<void*>);

TEST_CASE("each dtype has a name that leads back to it, and a size") {
  for (int number = 1; number <= 13; ++number) {
    auto type = static_cast<dtype>(number);
    CAPTURE(name_of(type));
    CHECK(valid(type));
    CHECK(dtype_named(name_of(type)) == type);
    CHECK(item_size(type) > 0);
    CHECK(item_size(type) % alignment_of(type) == 0);
  }
  CHECK(name_of(dtype::boolean) == "bool");
  CHECK(item_size(dtype::complex128) == 16);
  CHECK(alignment_of(dtype::complex128) == 8);
}

TEST_CASE("a number that is no dtype is invalid and has no size") {
  for (int number : {0, 14, 255}) {
    auto type = static_cast<dtype>(number);
    CHECK_FALSE(valid(type));
    CHECK(item_size(type) == 0);
    CHECK(name_of(type) == "invalid");
  }
  CHECK_FALSE(dtype_named("invalid"));
  CHECK_FALSE(dtype_named("float16"));
  CHECK_FALSE(dtype_named(""));
}
