#include <doctest/doctest.h>

#include <chrono>
#include <string>

#include <pinion/runtime/http/call_body.hpp>

using namespace pinion;
using namespace pinion::http;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t many = 10;

unsigned status_of(std::string_view body, std::size_t most = many) {
  try {
    arguments_of(body, most);
    return 200;
  } catch (const bad_request& why) {
    CHECK(!why.detail.empty());
    return why.status;
  }
}

template <class T>
const T& value(const call_argument& from) {
  return std::get<T>(std::get<argument>(from));
}

request with(std::string name, std::string value) {
  request result;
  result.fields.emplace_back(std::move(name), std::move(value));
  return result;
}

} // namespace

TEST_CASE("arguments are read as what they are") {
  const auto all = arguments_of(
      R"({"args": [1, -2, 18446744073709551615, 2.5, 1e3, true, "a, [b] \" c", {"re": 1, "im": -2.5}]})",
      many);
  REQUIRE(all.size() == 8);
  CHECK(value<std::int64_t>(all[0]) == 1);
  CHECK(value<std::int64_t>(all[1]) == -2);
  CHECK(value<std::uint64_t>(all[2]) == ~std::uint64_t{0});
  CHECK(value<double>(all[3]) == 2.5);
  CHECK(value<double>(all[4]) == 1000);
  CHECK(value<bool>(all[5]));
  CHECK(value<std::string>(all[6]) == "a, [b] \" c");
  CHECK(value<std::complex<double>>(all[7]) == std::complex<double>(1, -2.5));
  const auto named = arguments_of(R"({"args": [{"array": "prices"}]})", many);
  CHECK(std::get<array_name>(named.at(0)).name == "prices");
  CHECK(arguments_of(R"({"args": []})", 0).empty());
}

TEST_CASE(
    "what stands in a query is a number, a truth value or an array's name where it looks so, else a text") {
  CHECK(value<std::int64_t>(argument_of("25", 2)) == 25);
  CHECK(value<double>(argument_of("-2.5e1", 2)) == -25);
  CHECK(value<bool>(argument_of("true", 2)));
  CHECK(value<std::complex<double>>(argument_of(R"({"re": 1, "im": 2})", 2)) == std::complex<double>(1, 2));
  CHECK(std::get<array_name>(argument_of(R"({"array": "a"})", 2)).name == "a");
  for (const std::string each : {"", "text", "2,5", "0x10", "null", "[1]", "\"25\""}) {
    CAPTURE(each);
    CHECK(value<std::string>(argument_of(each, 2)) == each);
  }
  CHECK_THROWS_AS(argument_of("{}", 2), bad_request);
}

TEST_CASE("what is no JSON, and what is no list of arguments, is told apart") {
  for (const auto* each : {"", "{", "nonsense", R"({"args": [1,]})", R"({"args": ["\xff"]})"}) {
    CAPTURE(std::string(each));
    CHECK(status_of(each) == 400);
  }
  for (const auto* each :
       {"[]", "1", "{}", R"({"args": 1})", R"({"args": [null]})", R"({"args": [[1]]})",
        R"({"args": [{"re": 1}]})", R"({"args": [{"re": 1, "im": "x"}]})", R"({"args": [], "more": 1})"}) {
    CAPTURE(std::string(each));
    CHECK(status_of(each) == 422);
  }
}

TEST_CASE("a body that no arguments can fill is not read") {
  std::string wide = R"({"args": [1)";
  for (int i = 0; i < 100; ++i)
    wide += ",1";
  CHECK(status_of(wide + "]}", 100) == 200);
  CHECK(status_of(wide + "]}", 3) == 422);
  CHECK(status_of(wide + "nonsense", 3) == 422); // it did not get that far
  CHECK(status_of(R"({"args": [)" + std::string(1000, '[')) == 422);
  CHECK(status_of(R"({"args": [")" + std::string(1000, ',') + R"("]})", 1) == 200); // in a text they are text
}

TEST_CASE("a request says how much time its task has, and how urgent it is") {
  CHECK(!options_of({}).timeout);
  CHECK(options_of({}).priority == 0);
  CHECK(options_of(with("pinion-timeout", "500ms")).timeout == 500ms);
  for (const auto* each : {"", "soon", "500", "-1s", "1 day"}) {
    CAPTURE(std::string(each));
    CHECK_THROWS_AS(options_of(with("Pinion-Timeout", each)), bad_request);
  }
  CHECK(options_of(with("Priority", "u=0")).priority == 3);
  CHECK(options_of(with("Priority", "u=7")).priority == -4);
  CHECK(options_of(with("Priority", "i, u=1")).priority == 2);
  for (const auto* each : {"", "u", "u=", "u=8", "u=x", "menu=1"}) {
    CAPTURE(std::string(each));
    CHECK(options_of(with("Priority", each)).priority == 0); // passed over (RFC 9218)
  }
}
