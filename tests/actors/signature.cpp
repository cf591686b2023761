#include <doctest/doctest.h>

#include <complex>
#include <cstdint>
#include <string>
#include <string_view>

#include <pinion/actors/binding.hpp>

using namespace pinion;

namespace {

double dot(view<const double>, view<const double>) { return 0; }
void scale(view<float>, double) {}
std::string many(bool, std::int8_t, long long, unsigned, std::complex<float>, const std::string&,
                 std::string_view, const any_view&) {
  return "";
}
void no_arguments() noexcept {}
std::int64_t with_context(context&, std::int64_t, view_nd<const double, 2>) { return 0; }
view<double> same(view<double> a) { return a; }
void unleased(shared_view<float>, const shared_value<bool>&, guarded<double>, record) {}

struct adder {
  double offset = 0;
  double operator()(double x) const noexcept { return x + offset; }
};

template <class F>
std::string shown(F f) {
  return make_kernel("k", f, "").to_string();
}

array_look array_of(dtype type, const extents& shape, bool writable = true) {
  return {"/x", 1, 4096, type, c_order(shape), writable};
}

parameter scalar_of(dtype type) { return {parameter::kind::scalar, type, false, std::nullopt}; }

} // namespace

TEST_CASE("a signature is derived from the type of a function") {
  CHECK(shown(dot) == "k(view<const float64>, view<const float64>) -> float64");
  CHECK(shown(scale) == "k(view<float32>, float64) -> nothing");
  CHECK(shown(many) == "k(bool, int8, int64, uint32, complex64, string, string, any_view) -> string");
  CHECK(shown(no_arguments) == "k() -> nothing");
  CHECK(shown(same) == "k(view<float64>) -> view<float64>");
  CHECK(shown(unleased) ==
        "k(shared_view<float32>, shared_value<bool>, guarded<float64>, record) -> nothing");
}

TEST_CASE("a signature is derived from a function object and from a lambda") {
  CHECK(shown(adder{}) == "k(float64) -> float64");
  CHECK(shown([](std::int32_t n) { return n; }) == "k(int32) -> int32");
  CHECK(shown([] { return "text"; }) == "k() -> string");
}

TEST_CASE("what is used without a lease says so, and a record is a block of bytes that may be written") {
  const auto k = make_kernel("k", unleased, "");
  for (const auto& each : k.sig.parameters)
    CHECK(each.shared);
  const auto& taken = k.sig.parameters[3];
  CHECK(taken.cost_of(array_of(dtype::uint8, {200})) == 0U);
  CHECK(!taken.cost_of(array_of(dtype::uint8, {200}, false)));
  CHECK(!taken.cost_of(array_of(dtype::uint8, {20, 10})));
  CHECK(!taken.cost_of(array_of(dtype::float64, {200})));
  CHECK(!taken.cost_of(std::int64_t{1}));
}

TEST_CASE("a context is no argument of a kernel") {
  const auto k = make_kernel("k", with_context, "");
  CHECK(k.sig.takes_context);
  CHECK(k.to_string() == "k(int64, view_nd<const float64, 2>) -> int64");
  CHECK_FALSE(make_kernel("k", dot, "").sig.takes_context);
}

TEST_CASE("an argument of the very type costs nothing and a conversion costs more the more it changes") {
  const argument_view whole = std::int64_t{7};
  CHECK(scalar_of(dtype::int64).cost_of(whole) == 0);
  const auto to_int32 = scalar_of(dtype::int32).cost_of(whole).value();
  const auto to_uint64 = scalar_of(dtype::uint64).cost_of(whole).value();
  const auto to_float64 = scalar_of(dtype::float64).cost_of(whole).value();
  const auto to_float32 = scalar_of(dtype::float32).cost_of(whole).value();
  const auto to_complex = scalar_of(dtype::complex128).cost_of(whole).value();
  CHECK(parameter::conversion <= to_int32);
  CHECK(to_int32 < to_uint64);
  CHECK(to_uint64 < to_float64);
  CHECK(to_float64 < to_float32);
  CHECK(to_float32 < to_complex);
  CHECK(to_complex < 2 * parameter::conversion);
  CHECK(scalar_of(dtype::float64).cost_of(argument_view(0.5)) == 0);
  CHECK(scalar_of(dtype::uint64).cost_of(argument_view(std::uint64_t{1})) == 0);
  CHECK(scalar_of(dtype::boolean).cost_of(argument_view(true)) == 0);
}

TEST_CASE("a value that does not fit the type of its parameter does not fit the parameter") {
  CHECK_FALSE(scalar_of(dtype::int8).cost_of(argument_view(std::int64_t{128})));
  CHECK_FALSE(scalar_of(dtype::int64).cost_of(argument_view(1.0)));
  CHECK_FALSE(scalar_of(dtype::float64).cost_of(argument_view(std::string_view("1"))));
  CHECK_FALSE(scalar_of(dtype::float64).cost_of(argument_view(array_of(dtype::float64, {}))));
  CHECK_FALSE(scalar_of(dtype::float64).cost_of(argument_view()));
}

TEST_CASE("an array fits by its element type, by its rank and by the right to write") {
  const auto any_rank = make_kernel("k", same, "").sig.parameters.at(0);
  CHECK(any_rank.cost_of(argument_view(array_of(dtype::float64, {2, 3}))).value() < parameter::conversion);
  CHECK_FALSE(any_rank.cost_of(argument_view(array_of(dtype::float32, {2, 3}))));
  CHECK_FALSE(any_rank.cost_of(argument_view(array_of(dtype::float64, {2, 3}, false))));
  CHECK_FALSE(any_rank.cost_of(argument_view(0.5)));
  const auto matrix = make_kernel("k", with_context, "").sig.parameters.at(1);
  CHECK(matrix.cost_of(argument_view(array_of(dtype::float64, {2, 3}, false))) == 0);
  CHECK_FALSE(matrix.cost_of(argument_view(array_of(dtype::float64, {2}))));
  const auto anything = make_kernel(
                            "k", [](any_view) {}, "")
                            .sig.parameters.at(0);
  CHECK(anything.cost_of(argument_view(array_of(dtype::boolean, {}))) == parameter::conversion);
}
