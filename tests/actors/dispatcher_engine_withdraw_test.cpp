#include <support/dispatcher_stage.hpp>

using namespace pinion;
using namespace std::chrono_literals;
using test::stage;

TEST_CASE("a task that is withdrawn while it waits never runs") {
  stage s(1);
  const auto task = s.ask();
  s.takes_back(task);
  CHECK(s.why(task).code == actor_errc::cancelled);
  CHECK(s.engine->status(s.now).queued == 0);
  CHECK(s.engine->status(s.now).withdrawn == 1);
  s.comes_up(0);
  CHECK(s.world.batches.empty());
}

TEST_CASE("a task that is withdrawn at work is asked to stop, and its worker killed after the grace") {
  stage s(1);
  s.comes_up(0);
  const auto task = s.ask();
  s.world.begun_[0] = 1;
  s.world.at_hand[0] = 1;
  s.takes_back(task);
  CHECK(s.answered(task));
  REQUIRE(s.world.stops.size() == 1);
  CHECK(s.world.stops[0].second == 1);
  CHECK(s.engine->next_wake() == s.now + 1s);
  s.now += 1s;
  s.engine->wake(s.now);
  CHECK(s.world.kills.size() == 1);
}

TEST_CASE("a kernel that stops when its asker goes keeps its worker") {
  stage s(1);
  s.comes_up(0);
  s.ask();
  s.world.begun_[0] = 1;
  s.world.at_hand[0] = 1;
  s.takes_back(1);
  s.answers_with(0, 1, 0);
  s.now += 10s;
  s.engine->wake(s.now);
  CHECK(s.world.kills.empty());
  const auto next = s.ask();
  s.answers_with(0, 2, 7);
  CHECK(s.result_of(next) == 7);
}

TEST_CASE("a task withdrawn behind others at its worker is asked to stop when its turn has come") {
  stage s(1);
  s.comes_up(0);
  s.ask();
  for (int i = 0; i < 3; ++i)
    s.ask();
  s.answers_with(0, 1, 1, 1us);
  REQUIRE(s.world.batches.back().tasks.size() == 3); // 2, 3 and 4 are at the worker
  s.world.begun_[0] = 2;
  s.world.at_hand[0] = 2;
  s.takes_back(3);
  CHECK(s.world.stops.empty());
  s.world.begun_[0] = 3;
  s.world.at_hand[0] = 3;
  for (int i = 0; i < 1000 && s.world.stops.empty(); ++i) {
    s.now = s.engine->next_wake();
    s.engine->wake(s.now);
  }
  REQUIRE(s.world.stops.size() == 1);
  CHECK(s.world.stops[0].second == 3);
  s.now += 1s;
  s.engine->wake(s.now);
  CHECK(s.world.kills.size() == 1);
}

TEST_CASE("the arrays of a withdrawn task live until its worker has answered") {
  stage s(1);
  s.comes_up(0);
  auto block = std::make_shared<int>(1);
  auto what = std::make_shared<task>();
  what->needs().holds.push_back(block);
  const std::weak_ptr<int> alive = block;
  block.reset();
  s.engine->submit(what, s.now);
  s.engine->withdraw(what, s.now);
  what.reset();
  CHECK_FALSE(alive.expired());
  s.answers_with(0, 1, 0);
  CHECK(alive.expired());
}

TEST_CASE("to withdraw what has its answer changes nothing") {
  stage s(1);
  s.comes_up(0);
  const auto task = s.ask();
  s.answers_with(0, 1, 42);
  s.takes_back(task);
  CHECK(s.result_of(task) == 42);
  CHECK(s.world.stops.empty());
  CHECK(s.engine->status(s.now).withdrawn == 0);
}
