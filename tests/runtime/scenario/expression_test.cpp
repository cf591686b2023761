#include <pinion/runtime/scenario/expression.hpp>

#include <string>

#include <doctest/doctest.h>

using pinion::scenario::evaluate;
using pinion::scenario::expression_error;

namespace {

double lookup(std::string_view name) {
  if (name == "zero")
    return 0;
  return name == "await.total_s" ? 3.0 : name == "await.probe.p99_ms" ? 1.5 : 10.0;
}

bool holds(std::string_view text) { return evaluate(text, lookup).holds; }

std::string complaint(std::string_view text) {
  try {
    evaluate(text, lookup);
  } catch (const expression_error& wrong) {
    return wrong.what();
  }
  return "none";
}

} // namespace

TEST_CASE("scenario expression: compares names with numbers") {
  CHECK(holds("await.probe.p99_ms < 5"));
  CHECK_FALSE(holds("await.probe.p99_ms < 1.5"));
  CHECK(holds("await.probe.p99_ms<=1.5"));
  CHECK(holds("await.total_s >= 3"));
  CHECK(holds("await.total_s == 3"));
  CHECK(holds("await.total_s != 4"));
  CHECK(holds("4 > await.total_s"));
}

TEST_CASE("scenario expression: products bind closer than sums, and both go from left to right") {
  CHECK(evaluate("1 + 2 * 3 == 0", lookup).left == 7);
  CHECK(evaluate("(1 + 2) * 3 == 0", lookup).left == 9);
  CHECK(evaluate("10 - 2 - 3 == 0", lookup).left == 5);
  CHECK(evaluate("100 / 10 / 2 == 0", lookup).left == 5);
  CHECK(evaluate("-2 * -3 == 0", lookup).left == 6);
  CHECK(evaluate("0 == 1.05 * await.total_s", lookup).right == doctest::Approx(3.15));
}

TEST_CASE("scenario expression: numbers may carry a unit of memory and an exponent") {
  CHECK(evaluate("1.5 GiB == 0", lookup).left == 1.5 * 1024 * 1024 * 1024);
  CHECK(evaluate("8MiB + 1 KiB == 0", lookup).left == 8.0 * 1024 * 1024 + 1024);
  CHECK(evaluate("2e-3 == 0", lookup).left == doctest::Approx(0.002));
}

TEST_CASE("scenario expression: what is not a number never holds") {
  CHECK_FALSE(holds("zero / zero < 1"));
  CHECK_FALSE(holds("zero / zero != 1"));
  CHECK_FALSE(holds("zero / zero >= 1"));
  CHECK_FALSE(holds("1 / zero > 1"));
  CHECK_FALSE(holds("1 / zero == 1 / zero"));
}

TEST_CASE("scenario expression: a text that is no comparison is refused with the place") {
  CHECK(complaint("await.total_s") ==
        "column 14: expected a comparison (<, <=, >, >=, ==, !=), found the end");
  CHECK(complaint("1 = 2") == "column 3: expected a comparison (<, <=, >, >=, ==, !=), found \"= 2\"");
  CHECK(complaint("1 < ") == "column 5: expected a number, a name or '(', found the end");
  CHECK(complaint("1 < 2 < 3") == "column 7: expected the end, found \"< 3\"");
  CHECK(complaint("(1 < 2") == "column 4: expected ')', found \"< 2\"");
  CHECK(complaint("5 ms < 3") == "column 3: expected an operator, KiB, MiB or GiB, found \"ms < 3\"");
  CHECK(complaint("") == "column 1: expected a number, a name or '(', found the end");
  CHECK(complaint("1.2.3 < 3") != "none");
  CHECK(complaint("a..b < 3") != "none");
}

TEST_CASE("scenario expression: a text of ten thousand parentheses is refused, not followed") {
  CHECK(complaint(std::string(10000, '(')).find("more than 50") != std::string::npos);
  CHECK(complaint(std::string(10000, '-')).find("more than 50") != std::string::npos);
}
