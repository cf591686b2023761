#include <doctest/doctest.h>

#include <complex>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include <pinion/actors/argument.hpp>
#include <pinion/shm/error.hpp>

#include "printers.hpp"

using namespace pinion;

static_assert(packable<int> && packable<bool> && packable<float> && packable<std::string> &&
              packable<const char*>);
static_assert(packable<view<double>> && packable<view<const double>> && packable<array<float>> &&
              packable<any_array>);
static_assert(packable<any_view> && packable<array_ref> && packable<argument> && packable<std::string_view>);
static_assert(!packable<void*> && !packable<double*>);

namespace {

struct heap_origin : origin {};

// A view of the caller's memory that believes to lie in a segment.
view<double> pretended(double* data, const extents& shape) {
  auto from = std::make_shared<heap_origin>();
  from->segment = "/pretended";
  from->incarnation = 99;
  from->base = reinterpret_cast<std::byte*>(data);
  from->size = 4096;
  return {data, c_order(shape), from};
}

} // namespace

TEST_CASE("numbers become the widest argument of their kind") {
  CHECK(std::get<std::int64_t>(to_argument(short{-3})) == -3);
  CHECK(std::get<std::int64_t>(to_argument(7)) == 7);
  CHECK(std::get<std::int64_t>(to_argument(7LL)) == 7);
  CHECK(std::get<std::uint64_t>(to_argument(7U)) == 7);
  CHECK(std::get<std::uint64_t>(to_argument(std::uint8_t{255})) == 255);
  CHECK(std::get<double>(to_argument(0.5F)) == 0.5);
  CHECK(std::get<bool>(to_argument(true)));
  CHECK(std::get<std::complex<double>>(to_argument(std::complex<float>(1, 2))) == std::complex<double>(1, 2));
}

TEST_CASE("texts of every spelling become a string") {
  CHECK(std::get<std::string>(to_argument("abc")) == "abc");
  CHECK(std::get<std::string>(to_argument(std::string_view("abc"))) == "abc");
  CHECK(std::get<std::string>(to_argument(std::string("a\0b", 3))).size() == 3);
}

TEST_CASE("an argument stays the argument it is") {
  const argument x = std::int64_t{5};
  CHECK(to_argument(x) == x);
  CHECK(to_argument(argument{}) == argument{});
}

TEST_CASE("a view becomes the reference that it gives itself") {
  double numbers[12] = {};
  const auto whole = pretended(numbers, {3, 4});
  CHECK(std::get<array_ref>(to_argument(whole)) == whole.ref());
  const auto part = whole.slice(0, 1, 3).transpose();
  CHECK(std::get<array_ref>(to_argument(part)) == part.ref());
  CHECK(std::get<array_ref>(to_argument(any_view(part))) == part.ref());
  CHECK(std::get<array_ref>(to_argument(part.ref())) == part.ref());
  CHECK(std::get<array_ref>(to_argument(array<double>(whole))) == whole.ref());
}

TEST_CASE("a view of memory in no segment is refused") {
  double number = 0;
  CHECK_THROWS_AS(to_argument(view<double>(&number, c_order({1}))), shm_error);
}

TEST_CASE("a view of const elements says that it cannot be written") {
  double numbers[4] = {};
  const auto whole = pretended(numbers, {4});
  CHECK(look(whole).writable);
  CHECK_FALSE(look(view<const double>(whole)).writable);
  CHECK_FALSE(look(any_view(view<const double>(whole))).writable);
}

TEST_CASE("arguments are described by type and value") {
  CHECK(describe(argument{}) == "nothing");
  CHECK(describe(to_argument(false)) == "bool false");
  CHECK(describe(to_argument(7)) == "int64 7");
  CHECK(describe(to_argument(7U)) == "uint64 7");
  CHECK(describe(to_argument(0.1)) == "float64 0.1");
  CHECK(describe(to_argument(std::complex<double>(1, -0.5))) == "complex128 1-0.5j");
  CHECK(describe(to_argument("abc")) == "string \"abc\"");
  CHECK(describe(argument(array_ref{"/x", 1, 4096, dtype::float64, c_order({2, 3})})) ==
        "array float64[2,3]");
  double numbers[4] = {};
  CHECK(describe(argument_view(look(view<const double>(pretended(numbers, {4}))))) ==
        "read-only array float64[4]");
}

TEST_CASE("a text is described in one line without anything that a terminal obeys") {
  CHECK(describe(to_argument("a\nb\x1b[2Jc\"")) == "string \"a?b?[2Jc\\\"\"");
  const auto shown = describe(to_argument(std::string(1000, 'x')));
  CHECK(shown.size() < 80);
  CHECK(shown.find("of 1000 bytes") != std::string::npos);
}
