#include <pinion/runtime/scenario/calibration.hpp>

#include <cmath>
#include <stdexcept>

#include <doctest/doctest.h>

using namespace pinion::scenario;

namespace {

const calibration how{"n", "fib", 0.3, {"x.toml", 3}};

struct clockwork {
  double (*law)(double number);
  double spent = 0;
  int calls = 0;

  double operator()(std::int64_t number) {
    ++calls;
    const double cost = law(static_cast<double>(number));
    spent += cost;
    return cost;
  }
};

} // namespace

TEST_CASE("scenario calibration: finds the nearest number of an exponential cost without much waste") {
  clockwork cost{[](double n) { return 3e-9 * std::pow(1.618, n); }};
  const auto n = calibrate(how, std::ref(cost));
  CHECK(cost.law(static_cast<double>(n)) > 0.3 / 1.3);
  CHECK(cost.law(static_cast<double>(n)) < 0.3 * 1.3);
  CHECK(cost.spent < 3 * how.seconds);
}

TEST_CASE("scenario calibration: finds the number of a linear and of a cubic cost") {
  clockwork linear{[](double n) { return 1e-6 * n; }};
  CHECK(linear.law(static_cast<double>(calibrate(how, std::ref(linear)))) ==
        doctest::Approx(0.3).epsilon(0.12));
  clockwork cubic{[](double n) { return 1e-9 * n * n * n; }};
  CHECK(cubic.law(static_cast<double>(calibrate(how, std::ref(cubic)))) ==
        doctest::Approx(0.3).epsilon(0.12));
  CHECK(linear.calls < 150);
}

TEST_CASE("scenario calibration: takes the smallest number where even that costs too much") {
  clockwork cost{[](double n) { return n; }};
  CHECK(calibrate(how, std::ref(cost)) == 1);
}

TEST_CASE("scenario calibration: a cost that does not grow is refused, with the way out") {
  clockwork cost{[](double) { return 1e-6; }};
  std::string text;
  try {
    calibrate(how, std::ref(cost));
  } catch (const std::exception& wrong) {
    text = wrong.what();
  }
  CHECK(text.find("x.toml:3: no number makes kernel 'fib' take 0.3 s") != std::string::npos);
  CHECK(text.find("--set n=") != std::string::npos);
}
