#include <pinion/runtime/scenario/tally.hpp>

#include <doctest/doctest.h>

using namespace pinion::scenario;

TEST_CASE("scenario tally: hands out each request once, and counts each answer once") {
  int heard = 0;
  tally sut(3, [&](const answer&) { ++heard; });
  CHECK(sut.next() == 0);
  CHECK(sut.next() == 1);
  sut.answered(0, {true, "", 0.5});
  sut.answered(0, {false, "again", 0.5});
  sut.answered(1, {false, "no", 0});
  sut.answered(7, {true, "never asked", 0});
  CHECK(sut.answers() == 2);
  CHECK_FALSE(sut.wait_for(3, tally::clock::now()));
  CHECK(sut.wait_for(2, tally::clock::now()));
  CHECK(sut.next() == 2);
  CHECK_FALSE(sut.next().has_value());
  sut.answered(2, {true, "", 0.25});
  const auto sum = sut.so_far();
  CHECK(sum.results == 2);
  CHECK(sum.errors == 1);
  CHECK(sum.first_error == "no");
  CHECK(sum.cpu_seconds == 0.75);
  CHECK(sum.latencies.count() == 3);
  CHECK(heard == 3);
}

TEST_CASE("scenario tally: hands out nothing once it is closed") {
  tally sut(3);
  CHECK(sut.next().has_value());
  sut.close();
  CHECK_FALSE(sut.next().has_value());
}
