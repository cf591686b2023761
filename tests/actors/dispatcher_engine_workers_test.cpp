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
