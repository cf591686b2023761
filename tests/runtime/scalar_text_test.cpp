#include <doctest/doctest.h>

#include <complex>
#include <cstdlib>
#include <limits>
#include <random>

#include <pinion/runtime/scalar_text.hpp>

using namespace pinion;

TEST_CASE("a float has the fewest digits that read back") {
  CHECK(number_text(0.1) == "0.1");
  CHECK(number_text(5.0) == "5");
  CHECK(number_text(-0.0) == "-0");
  CHECK(number_text(1.0 / 3) == "0.3333333333333333");
  CHECK(number_text(0.1f) == "0.1");
  std::mt19937_64 random(4711);
  for (int i = 0; i < 10000; ++i) {
    const auto bits = random();
    const auto value = std::bit_cast<double>(bits);
    if (std::isfinite(value))
      REQUIRE(std::strtod(number_text(value).c_str(), nullptr) == value);
  }
}

TEST_CASE("a float of everyday size has no exponent") {
  CHECK(number_text(1e6) == "1000000");
  CHECK(number_text(499500.0) == "499500");
  CHECK(number_text(0.0001) == "0.0001");
  CHECK(number_text(0.00001) == "1e-05");
  CHECK(number_text(1e16) == "1e+16");
  CHECK(number_text(9007199254740993.0) == "9007199254740992");
  CHECK(number_text(std::numeric_limits<double>::max()) == "1.7976931348623157e+308");
  CHECK(number_text(std::numeric_limits<double>::denorm_min()) == "5e-324");
}

TEST_CASE("what is no number has a name") {
  CHECK(number_text(std::numeric_limits<double>::infinity()) == "inf");
  CHECK(number_text(-std::numeric_limits<double>::infinity()) == "-inf");
  CHECK(number_text(-std::numeric_limits<double>::quiet_NaN()) == "nan");
}

TEST_CASE("a complex number stands in parentheses") {
  CHECK(number_text(std::complex<double>(1, 2)) == "(1+2j)");
  CHECK(number_text(std::complex<double>(1.5, -2)) == "(1.5-2j)");
  CHECK(number_text(std::complex<float>(0.1f, 0)) == "(0.1+0j)");
}

TEST_CASE("results are printed as they are") {
  CHECK(scalar_text(argument(true)) == "true");
  CHECK(scalar_text(argument(std::int64_t{-7})) == "-7");
  CHECK(scalar_text(argument(std::numeric_limits<std::uint64_t>::max())) == "18446744073709551615");
  CHECK(scalar_text(argument(std::string("a \"b\"\n"))) == "a \"b\"\n");
  CHECK(scalar_text(argument()) == "");
}
