#include <pinion/runtime/scenario/settings.hpp>

#include <stdexcept>
#include <string>

#include <doctest/doctest.h>

using namespace pinion::scenario;

namespace {

settings some() {
  settings out;
  out.declare("requests", std::int64_t{20}, {"x.toml", 2});
  out.declare("seconds", 0.5, {"x.toml", 3});
  out.declare("size", std::string("1 GiB"), {"x.toml", 4});
  out.declare("quick", false, {"x.toml", 5});
  out.declare_measured({"n", "fib", 0.3, {"x.toml", 6}});
  return out;
}

template <class Act>
std::string complaint(Act act) {
  try {
    act();
  } catch (const std::exception& wrong) {
    return wrong.what();
  }
  return "none";
}

const mark line{"x.toml", 9};

} // namespace

TEST_CASE("scenario settings: a lone $name keeps the kind of the setting") {
  const auto sut = some();
  CHECK(sut.resolve(std::string("$requests"), line) == scalar(std::int64_t{20}));
  CHECK(sut.resolve(std::string("$seconds"), line) == scalar(0.5));
  CHECK(sut.resolve(std::string("$quick"), line) == scalar(false));
  CHECK(sut.resolve(std::int64_t{3}, line) == scalar(std::int64_t{3}));
}

TEST_CASE("scenario settings: a $name inside a text is spelled out, and $$ is a dollar sign") {
  const auto sut = some();
  CHECK(sut.resolve(std::string("x < $requests * $seconds"), line) == scalar(std::string("x < 20 * 0.5")));
  CHECK(sut.resolve(std::string("$size!"), line) == scalar(std::string("1 GiB!")));
  CHECK(sut.resolve(std::string("5 $$"), line) == scalar(std::string("5 $")));
}

TEST_CASE("scenario settings: unknown names and lone dollar signs are refused") {
  const auto sut = some();
  CHECK(complaint([&] { sut.resolve(std::string("$request"), line); }) ==
        "x.toml:9: '$request' is not in [set]; nearest: 'requests'");
  CHECK(complaint([&] { sut.resolve(std::string("5 $ 6"), line); }).find("a lone '$'") != std::string::npos);
  CHECK(complaint([&] { sut.resolve(std::string("$5"), line); }).find("a lone '$'") != std::string::npos);
}

TEST_CASE("scenario settings: the command line changes a value and keeps its kind") {
  auto sut = some();
  sut.change("requests=7", "x.toml");
  sut.change("seconds=1", "x.toml");
  sut.change("size=64MiB", "x.toml");
  sut.change("quick=true", "x.toml");
  CHECK(sut.resolve(std::string("$requests"), line) == scalar(std::int64_t{7}));
  CHECK(sut.resolve(std::string("$seconds"), line) == scalar(1.0));
  CHECK(sut.resolve(std::string("$size"), line) == scalar(std::string("64MiB")));
  CHECK(sut.resolve(std::string("$quick"), line) == scalar(true));
}

TEST_CASE("scenario settings: the command line is refused where it names no setting or another kind") {
  auto sut = some();
  CHECK(complaint([&] { sut.change("request=7", "x.toml"); }) ==
        "--set request=7: [set] of x.toml has no 'request'; nearest: 'requests'");
  CHECK(complaint([&] { sut.change("requests=many", "x.toml"); }) ==
        "--set requests=many: 'requests' takes a whole number (x.toml:2)");
  CHECK(complaint([&] { sut.change("requests=1.5", "x.toml"); }) != "none");
  CHECK(complaint([&] { sut.change("requests=", "x.toml"); }) != "none");
  CHECK(complaint([&] { sut.change("requests", "x.toml"); }) == "--set requests: write it as key=value");
  CHECK(complaint([&] { sut.change("=3", "x.toml"); }) == "--set =3: write it as key=value");
  CHECK(complaint([&] { sut.change("seconds=nan", "x.toml"); }) != "none");
  CHECK(complaint([&] { sut.change("quick=1", "x.toml"); }) != "none");
  CHECK(complaint([&] { sut.change("requests=99999999999999999999", "x.toml"); }) != "none");
}

TEST_CASE("scenario settings: a measured setting is awaited until it is given or measured") {
  auto sut = some();
  REQUIRE(sut.awaited("$n") != nullptr);
  CHECK(sut.awaited("$n")->kernel == "fib");
  CHECK(sut.awaited("$requests") == nullptr);
  CHECK(sut.awaited("n") == nullptr);
  CHECK(sut.to_measure().size() == 1);
  CHECK(complaint([&] { sut.resolve(std::string("$n"), line); }).find("is measured while") !=
        std::string::npos);

  auto given = some();
  given.change("n=30", "x.toml");
  CHECK(given.awaited("$n") == nullptr);
  CHECK(given.to_measure().empty());
  CHECK(given.resolve(std::string("$n"), line) == scalar(std::int64_t{30}));

  sut.measured("n", 31);
  CHECK(sut.resolve(std::string("$n"), line) == scalar(std::int64_t{31}));
}
