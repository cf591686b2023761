#include <pinion/runtime/scenario/expectation.hpp>

#include <stdexcept>
#include <string>

#include <doctest/doctest.h>

using namespace pinion::scenario;

namespace {

const std::vector<std::string> known{"await.total_s", "await.floor_s", "await.probe.p99_ms"};

std::string complaint(const std::string& text) {
  try {
    expectation(text, "", {"x.toml", 7}, known);
  } catch (const std::exception& wrong) {
    return wrong.what();
  }
  return "none";
}

} // namespace

TEST_CASE("scenario expectation: tells whether it holds, both sides, and every value that it looked at") {
  measurements measured;
  measured.set("await.total_s", 3.2);
  measured.set("await.floor_s", 3);
  const expectation sut("await.total_s <= 1.05 * await.floor_s + 0 * await.floor_s", "quick", {"x.toml", 7},
                        known);
  const auto verdict = sut.check(measured);
  CHECK_FALSE(verdict.holds);
  CHECK(verdict.left == 3.2);
  CHECK(verdict.right == doctest::Approx(3.15));
  CHECK(verdict.values == "await.total_s = 3.2, await.floor_s = 3");
  measured.set("await.total_s", 3.1);
  CHECK(sut.check(measured).holds);
}

TEST_CASE("scenario expectation: does not hold when a value was not measured") {
  const expectation sut("await.probe.p99_ms != 5", "", {"x.toml", 7}, known);
  const auto verdict = sut.check({});
  CHECK_FALSE(verdict.holds);
  CHECK(verdict.values == "await.probe.p99_ms was not measured");
}

TEST_CASE("scenario expectation: a name that no step measures is refused with the nearest one") {
  CHECK(complaint("await.total < 5") == "x.toml:7: nothing measures 'await.total'; nearest: 'await.total_s'");
  CHECK(complaint("await.probe.p99_ms < 5") == "none");
}

TEST_CASE("scenario expectation: a text that cannot be read is refused with the line and the column") {
  CHECK(complaint("await.total_s <") ==
        "x.toml:7: \"await.total_s <\": column 16: expected a number, a name or '(', found the end");
}
