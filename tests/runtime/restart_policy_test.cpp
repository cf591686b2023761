#include <doctest/doctest.h>

#include <pinion/runtime/restart_policy.hpp>

using namespace pinion;
using namespace std::chrono_literals;

namespace {
constexpr auto t0 = restart_policy::clock::time_point{100s};
}

TEST_CASE("a worker that died at work is replaced at once") {
  restart_policy sut(5);
  sut.started(t0);
  sut.greeted();
  const auto pause = sut.ended(t0 + 5s);
  REQUIRE(pause);
  CHECK(*pause == 0s);
}

TEST_CASE("deaths before a hello are met with growing pauses and then an end") {
  restart_policy sut(4);
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
  restart_policy sut(2);
  for (int i = 0; i < 10; ++i) {
    sut.started(t0);
    CHECK(sut.ended(t0 + 2s));
    sut.started(t0);
    sut.greeted();
    CHECK(sut.ended(t0 + 2s));
  }
}

TEST_CASE("a slot that dies young again and again at work slows down but is never given up") {
  restart_policy sut(3);
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
  restart_policy worked(3);
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

  restart_policy never_did(3);
  never_did.started(t0);
  CHECK(never_did.refused());
  CHECK(never_did.refused());
  CHECK_FALSE(never_did.refused());
}
