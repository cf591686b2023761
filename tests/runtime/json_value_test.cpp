#include <doctest/doctest.h>

#include <complex>
#include <limits>
#include <string>
#include <vector>

#include <pinion/runtime/json_value.hpp>

using namespace pinion;

namespace {

std::string compact(const argument& value) { return json_value(value).dump(); }

} // namespace

TEST_CASE("numbers stay numbers of their kind") {
  CHECK(compact(argument(std::int64_t{-7})) == "-7");
  CHECK(compact(argument(std::numeric_limits<std::uint64_t>::max())) == "18446744073709551615");
  CHECK(compact(argument(0.1)) == "0.1");
  CHECK(compact(argument(5.0)) == "5.0");
  CHECK(compact(argument(true)) == "true");
  CHECK(compact(argument()) == "null");
}

TEST_CASE("what JSON has no number for is a string") {
  CHECK(compact(argument(std::numeric_limits<double>::infinity())) == "\"inf\"");
  CHECK(compact(argument(std::numeric_limits<double>::quiet_NaN())) == "\"nan\"");
  CHECK(compact(argument(std::complex<double>(1, -2))) == R"({"re":1.0,"im":-2.0})");
}

TEST_CASE("a string that is no UTF-8 does not break the document") {
  CHECK(json_text(json_value(argument(std::string("a\xff")))) == "\"a\xef\xbf\xbd\"\n");
}

TEST_CASE("an array has type, shape and nested values") {
  std::vector<float> values{0.1f, 1, 2, 3, 4, 5};
  const any_view view(values.data(), dtype::float32, c_order({2, 3}), {}, true);
  CHECK(json_value(view).dump() ==
        R"({"dtype":"float32","shape":[2,3],"values":[[0.1,1.0,2.0],[3.0,4.0,5.0]]})");
  const any_view scalar(values.data(), dtype::float32, c_order({}), {}, true);
  CHECK(json_value(scalar).dump() == R"({"dtype":"float32","shape":[],"values":0.1})");
}

TEST_CASE("a large array is described, not written out") {
  std::vector<std::int8_t> values(1001);
  const any_view view(values.data(), dtype::int8, c_order({1001}), {}, true);
  CHECK(json_value(view).dump() == R"({"dtype":"int8","shape":[1001]})");
}
