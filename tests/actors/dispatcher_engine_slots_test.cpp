// Tasks for one slot beside those for any.
#include <doctest/doctest.h>

#include "support/dispatcher_stage.hpp"

using namespace pinion;
using namespace pinion::test;

namespace {

task_options on(int slot, int priority = 0) {
  task_options result;
  result.worker = slot;
  result.priority = priority;
  return result;
}

task_options of(int priority) {
  task_options result;
  result.priority = priority;
  return result;
}

// In which order the one worker gets the tasks that wait, a second apart or not.
std::vector<std::uint64_t> served(stage& play, std::uint64_t running, std::size_t many,
                                  std::chrono::nanoseconds apart = 0s) {
  std::vector<std::uint64_t> result;
  while (result.size() < many) {
    play.now += apart;
    play.answers_with(0, running, 1, 10ms);
    running = play.world.batches.back().tasks.back();
    result.push_back(running);
  }
  return result;
}

} // namespace

TEST_CASE("of a task for its slot and one for any worker, a worker gets the more urgent first") {
  stage play(1);
  play.comes_up(0);
  const auto running = play.ask();
  const auto own = play.ask(on(0));
  const auto urgent_own = play.ask(on(0, 5));
  const auto urgent = play.ask(of(3));
  const auto low = play.ask(of(-1));
  CHECK(served(play, running, 4) == std::vector{urgent_own, urgent, own, low});
}

TEST_CASE("of a task for a slot and one for any that are of one priority, the nearer deadline goes first") {
  stage play(1);
  play.comes_up(0);
  const auto running = play.ask();
  auto late = on(0);
  late.timeout = 10s;
  const auto own = play.ask(late);
  const auto soon = play.ask(within(5s));
  const auto idle = play.ask();
  CHECK(served(play, running, 3) == std::vector{soon, own, idle});
}

TEST_CASE("urgent tasks for any worker do not starve one for a slot, nor the other way round") {
  stage play(1);
  play.comes_up(0);
  auto running = play.ask();
  std::uint64_t patient = 0;
  bool for_slot = false;
  SUBCASE("for a slot") {
    patient = play.ask(on(0));
    for_slot = true;
  }
  SUBCASE("for any") { patient = play.ask(of(0)); }
  const auto next = [&] { return for_slot ? play.ask(of(2)) : play.ask(on(0, 2)); };
  next();
  int turns = 0;
  while (running != patient && ++turns < 100) {
    next();
    running = served(play, running, 1, 100ms).back();
  }
  CHECK(turns > 15);
  CHECK(turns < 50);
}

TEST_CASE("another client's backlog holds up a task for a slot by no more than its turn") {
  stage play(1);
  play.comes_up(0);
  auto running = play.ask();
  for (int i = 0; i < 300; ++i)
    play.ask();
  running = served(play, running, 30, 1s).back();
  auto hers = on(0);
  hers.client = 7;
  const auto modest = play.ask(hers);
  const auto order = served(play, running, 3, 100ms);
  CHECK(std::find(order.begin(), order.end(), modest) != order.end());
}

TEST_CASE("an urgent task for any goes to a worker that is free, and the slot's own one to its slot") {
  stage play(2);
  play.comes_up(0);
  play.comes_up(1);
  const auto first = play.ask(on(0));
  const auto own = play.ask(on(0));
  const auto busy = play.ask(on(1));
  const auto urgent = play.ask(of(9));
  play.answers_with(1, busy, 1, 10ms);
  CHECK(play.world.batches.back().slot == 1);
  CHECK(play.world.batches.back().tasks == std::vector{urgent});
  play.answers_with(0, first, 1, 10ms);
  CHECK(play.world.batches.back().slot == 0);
  CHECK(play.world.batches.back().tasks == std::vector{own});
}
