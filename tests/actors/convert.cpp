#include <doctest/doctest.h>

#include <complex>
#include <cstdint>
#include <limits>
#include <string>

#include <pinion/actors/convert.hpp>

#include "printers.hpp"
#include "thrown.hpp"

using namespace pinion;

TEST_CASE("an integer becomes every integer type that holds it and no other") {
  const argument_view big = std::int64_t{300};
  CHECK(convert<std::int16_t>(big) == 300);
  CHECK(convert<std::uint16_t>(big) == 300);
  CHECK_FALSE(convert<std::int8_t>(big));
  CHECK_FALSE(convert<std::uint8_t>(big));
  CHECK_FALSE(convert<std::uint64_t>(argument_view(std::int64_t{-1})));
  const argument_view huge = std::numeric_limits<std::uint64_t>::max();
  CHECK(convert<std::uint64_t>(huge) == std::numeric_limits<std::uint64_t>::max());
  CHECK_FALSE(convert<std::int64_t>(huge));
}

TEST_CASE("an integer becomes a float and a complex number") {
  CHECK(convert<double>(argument_view(std::int64_t{-3})) == -3.0);
  CHECK(convert<float>(argument_view(std::uint64_t{3})) == 3.0F);
  CHECK(convert<std::complex<float>>(argument_view(std::int64_t{3})) == std::complex<float>(3, 0));
}

TEST_CASE("a float becomes no integer not even a whole one") {
  CHECK_FALSE(convert<std::int64_t>(argument_view(2.0)));
  CHECK_FALSE(convert<bool>(argument_view(1.0)));
}

TEST_CASE("a float64 becomes a float32 unless that overflows") {
  CHECK(convert<float>(argument_view(0.1)) == 0.1F);
  CHECK_FALSE(convert<float>(argument_view(1e300)));
  CHECK_FALSE(convert<std::complex<float>>(argument_view(std::complex<double>(0, -1e300))));
  CHECK(convert<float>(argument_view(std::numeric_limits<double>::infinity())) ==
        std::numeric_limits<float>::infinity());
  CHECK(std::isnan(convert<float>(argument_view(std::numeric_limits<double>::quiet_NaN())).value()));
}

TEST_CASE("a complex number becomes no float and a bool nothing but a bool") {
  CHECK_FALSE(convert<double>(argument_view(std::complex<double>(1, 0))));
  CHECK_FALSE(convert<int>(argument_view(true)));
  CHECK_FALSE(convert<double>(argument_view(true)));
  CHECK(convert<bool>(argument_view(true)) == true);
  CHECK_FALSE(convert<bool>(argument_view(std::int64_t{1})));
}

TEST_CASE("nothing and texts and arrays become no number") {
  CHECK_FALSE(convert<double>(argument_view()));
  CHECK_FALSE(convert<double>(argument_view(std::string_view("1"))));
  CHECK_FALSE(convert<int>(argument_view(array_look())));
}

TEST_CASE("results come as the type that was asked for") {
  CHECK(from_argument<int>(argument(std::int64_t{7})) == 7);
  CHECK(from_argument<long long>(argument(std::int64_t{7})) == 7);
  CHECK(from_argument<float>(argument(0.5)) == 0.5F);
  CHECK(from_argument<std::string>(argument(std::string("abc"))) == "abc");
  CHECK(from_argument<argument>(argument(0.5)) == argument(0.5));
  CHECK(from_argument<array_ref>(argument(array_ref{"/x", 1, 2, dtype::int8, {}})).segment == "/x");
  from_argument<void>(argument(0.5));
}

TEST_CASE("a result of another type is refused with what was wanted and what came") {
  const auto failed = thrown_by([] { from_argument<int>(argument(0.5)); });
  CHECK(failed == failure{actor_errc::wrong_result_type, "the result is float64 0.5, which is no int32"});
  CHECK(thrown_by([] { from_argument<std::string>(argument(true)); }).text ==
        "the result is bool true, which is no string");
  CHECK(thrown_by([] { from_argument<std::int8_t>(argument(std::int64_t{128})); }).code ==
        actor_errc::wrong_result_type);
}
