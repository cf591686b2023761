#include <doctest/doctest.h>

#include <complex>
#include <string>

#include <pinion/runtime/cli/argument_text.hpp>
#include <pinion/runtime/cli/usage_error.hpp>

using namespace pinion;
using namespace pinion::cli;

namespace {

template <class T>
T value(const char* text) {
  const auto parsed = parse_argument(text);
  REQUIRE_MESSAGE(std::holds_alternative<argument>(parsed), text);
  const auto& held = std::get<argument>(parsed);
  REQUIRE_MESSAGE(std::holds_alternative<T>(held), text);
  return std::get<T>(held);
}

std::string refusal(const std::string& text) {
  try {
    parse_argument(text);
  } catch (const usage_error& error) {
    return error.what();
  }
  return "";
}

} // namespace

TEST_CASE("whole numbers are signed where they fit, else unsigned") {
  CHECK(value<std::int64_t>("7") == 7);
  CHECK(value<std::int64_t>("-3") == -3);
  CHECK(value<std::int64_t>("+3") == 3);
  CHECK(value<std::int64_t>("007") == 7);
  CHECK(value<std::int64_t>("-9223372036854775808") == std::numeric_limits<std::int64_t>::min());
  CHECK(value<std::uint64_t>("18446744073709551615") == std::numeric_limits<std::uint64_t>::max());
}

TEST_CASE("numbers with a point or an exponent are floats") {
  CHECK(value<double>("0.5") == 0.5);
  CHECK(value<double>("-.5") == -0.5);
  CHECK(value<double>("1e-3") == 1e-3);
  CHECK(value<double>("5.") == 5.0);
  CHECK(value<double>("-inf") == -std::numeric_limits<double>::infinity());
  CHECK(std::isnan(value<double>("nan")));
}

TEST_CASE("complex numbers are taken as they are printed, and without parentheses") {
  using complex = std::complex<double>;
  CHECK(value<complex>("(1+2j)") == complex(1, 2));
  CHECK(value<complex>("-1e-3-2.5e+4j") == complex(-1e-3, -2.5e4));
  CHECK(value<complex>("2j") == complex(0, 2));
  CHECK(value<complex>("-2j") == complex(0, -2));
}

TEST_CASE("truth is a word of its own") {
  CHECK(value<bool>("true"));
  CHECK_FALSE(value<bool>("false"));
}

TEST_CASE("everything else is a string, and str: makes one of anything") {
  for (const char* text :
       {"", "abc", "True", "j", "1+j", "0x10", "1 2", "--", "1.2.3", "+", "-", "+-1", "1,5", "zeros"})
    CHECK(value<std::string>(text) == text);
  CHECK(value<std::string>("str:7") == "7");
  CHECK(value<std::string>("str:@x.npy") == "@x.npy");
  CHECK(value<std::string>("str:") == "");
}

TEST_CASE("numbers beyond every type are refused, not rounded to infinity") {
  CHECK(refusal("18446744073709551616") ==
        "argument `18446744073709551616`: too large or too small for any number type; write "
        "str:18446744073709551616 for a string");
  CHECK(refusal("-9223372036854775809") != "");
  CHECK(refusal("1e999") != "");
  CHECK(refusal("1e999+1j") != "");
}

TEST_CASE("an array can come from a NumPy file") {
  const auto file = std::get<file_argument>(parse_argument("@dir/x.npy"));
  CHECK(file.what == file_argument::kind::npy);
  CHECK(file.path == "dir/x.npy");
  CHECK(refusal("@") == "argument `@`: the path of a file must follow, such as @x.npy");
}

TEST_CASE("an array can be made fresh") {
  const auto made = std::get<zeros_argument>(parse_argument("zeros:float64:2x3"));
  CHECK(made.type == dtype::float64);
  CHECK(made.shape == extents{2, 3});
  CHECK(std::get<zeros_argument>(parse_argument("zeros:int8:0")).shape == extents{0});
}

TEST_CASE("a fresh array that is spelled wrong is refused with what is wrong") {
  CHECK(refusal("zeros:float64") ==
        "argument `zeros:float64`: type and shape must follow, such as zeros:float64:2x3");
  CHECK(refusal("zeros:flaot64:2") ==
        "argument `zeros:flaot64:2`: there is no element type `flaot64` (did you mean `float64`?)");
  for (const char* text :
       {"zeros:", "zeros::2", "zeros:int8:", "zeros:int8:2x", "zeros:int8:-1", "zeros:int8:2X3",
        "zeros:int8:1x1x1x1x1x1x1x1x1", "zeros:int8:99999999999999999999", "zeros:int8:2.5"})
    CHECK_MESSAGE(refusal(text) != "", text);
}

TEST_CASE("a published array is spelled by its name, and what cannot be one is refused") {
  const auto parsed = parse_argument("name:prices");
  REQUIRE(std::holds_alternative<published_argument>(parsed));
  CHECK(std::get<published_argument>(parsed).name == "prices");
  CHECK(refusal("name:").find("the name of a published array must follow") != std::string::npos);
  CHECK(refusal("name:../x").find("write str:name:../x for a string") != std::string::npos);
  CHECK(value<std::string>("str:name:prices") == "name:prices");
}
