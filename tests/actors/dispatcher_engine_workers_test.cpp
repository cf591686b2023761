// What becomes of tasks with arrays when workers come to an end.
#include <doctest/doctest.h>

#include "support/dispatcher_stage.hpp"

using namespace pinion;
using namespace pinion::test;

namespace {

constexpr bool reading = false;
constexpr bool writing = true;

} // namespace

TEST_CASE("a task that gets its arrays when its worker has been given up is told so") {
  stage play(2);
  play.comes_up(0);
  play.comes_up(1);
  task_options there;
  there.worker = 1;
  task_options here;
  here.worker = 0;
  const auto fill = play.ask_on({{0, 9, writing}}, there);
  play.is_given_up(0, "no luck");
  const auto sum = play.ask_on({{0, 9, reading}}, here);
  CHECK(!play.answered(sum));
  SUBCASE("the one before it is done") { play.answers_with(1, fill, 1); }
  SUBCASE("the one before it dies with its worker") {
    play.world.begun_[1] = 1;
    play.dies(1);
  }
  REQUIRE(play.answered(sum));
  CHECK(play.why(sum).code == actor_errc::no_workers);
  CHECK(play.engine->status(play.now).queued == 0);
}

TEST_CASE("a fault in an array is blamed on the task at hand, not on one before it whose reply was lost") {
  stage play(1);
  play.comes_up(0);
  // Known to be short, so that the next two are handed over together.
  play.answers_with(0, play.ask(), 1, 1us);
  const auto lost = play.ask_on({{0, 4, writing}});
  const auto guilty = play.ask_on({{5, 9, reading}});
  REQUIRE(play.world.batches.back().tasks.back() == guilty);
  play.world.begun_[0] = 3;
  play.world.at_hand[0] = guilty;
  play.world.faults[0] = {array_fault::kind::wrote_read_only, 0};
  play.dies(0, "killed by signal 11 (SIGSEGV)");
  CHECK(play.why(lost).code == actor_errc::worker_died);
  CHECK(play.why(guilty).code == actor_errc::read_only_array);
}
