#include <doctest/doctest.h>

#include <pinion/runtime/restart_policy.hpp>

using namespace pinion;
using namespace std::chrono_literals;

namespace {
constexpr auto t0 = restart_policy::clock::time_point{100s};
}

TEST_CASE("a worker that died at work is replaced at once") {
  restart_policy sut({.before_hello = 5});
  sut.started(t0);
  sut.greeted();
  const auto pause = sut.ended(t0 + 5s);
  REQUIRE(pause);
  CHECK(*pause == 0s);
}

TEST_CASE("deaths before a hello are met with growing pauses and then an end") {
  restart_policy sut({.before_hello = 4});
  auto before = restart_policy::clock::duration::zero();
  for (int i = 0; i < 3; ++i) {
    sut.started(t0);
    const auto pause = sut.ended(t0 + 1ms);
    REQUIRE(pause);
    CHECK(*pause > before);
    before = *pause;
  }
  sut.started(t0);
  CHECK_FALSE(sut.ended(t0 + 1ms));
}

TEST_CASE("a hello forgives the deaths before it") {
  restart_policy sut({.before_hello = 2});
  for (int i = 0; i < 10; ++i) {
    sut.started(t0);
    CHECK(sut.ended(t0 + 2s));
    sut.started(t0);
    sut.greeted();
    CHECK(sut.ended(t0 + 2s));
  }
}

TEST_CASE("a slot that dies young again and again at work slows down but is never given up") {
  restart_policy sut({.before_hello = 3});
  restart_policy::clock::duration last{};
  for (int i = 0; i < 100; ++i) {
    sut.started(t0);
    sut.greeted();
    const auto pause = sut.ended(t0 + 1ms);
    REQUIRE(pause);
    CHECK(*pause <= 1s);
    last = *pause;
  }
  CHECK(last == 1s);
}

TEST_CASE("a slot that has worked outlasts a shortage, and one that never did is given up") {
  restart_policy worked({.before_hello = 3});
  worked.started(t0);
  worked.greeted();
  worked.ended(t0 + 5s);
  for (int i = 0; i < 100; ++i) {
    worked.started(t0 + 5s);
    const auto pause = worked.refused();
    REQUIRE(pause);
    CHECK(*pause <= 1s);
  }
  worked.started(t0 + 9s);
  CHECK(worked.ended(t0 + 9s)); // one death before a hello, not a hundred and one

  restart_policy never_did({.before_hello = 3});
  never_did.started(t0);
  CHECK(never_did.refused());
  CHECK(never_did.refused());
  CHECK_FALSE(never_did.refused());
}

TEST_CASE("who dies too often within a span is given up, and who dies now and then is not") {
  restart_policy sut({.before_hello = 0, .most = 3, .within = 10s, .at_once = 1});
  for (int i = 0; i < 20; ++i) {
    sut.started(t0 + i * 5s);
    sut.greeted();
    CHECK(sut.ended(t0 + i * 5s + 4s));
  }
  const auto later = t0 + 1000s;
  for (int i = 0; i < 3; ++i) {
    sut.started(later + i * 1s);
    sut.greeted();
    CHECK(sut.ended(later + i * 1s));
  }
  sut.started(later + 3s);
  sut.greeted();
  CHECK_FALSE(sut.ended(later + 3s));
}

TEST_CASE("the first young death is met at once, and those behind it with growing pauses") {
  restart_policy sut({.before_hello = 5, .at_once = 1});
  auto before = -1ns;
  for (int i = 0; i < 5; ++i) {
    sut.started(t0);
    sut.greeted();
    const auto pause = sut.ended(t0 + 1ms);
    REQUIRE(pause);
    CHECK((i == 0 ? *pause == 0s : *pause > before));
    before = *pause;
  }
}

TEST_CASE("who may not die at all is given up at the first death") {
  restart_policy sut({.before_hello = 5, .most = 0, .within = 10s});
  sut.started(t0);
  sut.greeted();
  CHECK_FALSE(sut.ended(t0 + 5s));
}

TEST_CASE("a span of no time, or of more than a clock can count, is one like others") {
  for (const auto within : {0ms, std::chrono::milliseconds::max()}) {
    restart_policy sut({.before_hello = 5, .most = 1, .within = within});
    sut.started(t0);
    sut.greeted();
    CHECK(sut.ended(t0 + 5s));
    sut.started(t0 + 6s);
    sut.greeted();
    CHECK(sut.ended(t0 + 9s).has_value() == (within == 0ms));
  }
}
