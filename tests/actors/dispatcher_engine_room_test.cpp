// How much may wait, whose it is, and what becomes of one task too many.
#include <doctest/doctest.h>

#include "support/dispatcher_stage.hpp"

using namespace pinion;
using namespace pinion::test;

namespace {

dispatcher_engine::limits room(full_policy when_full, std::size_t tasks, std::size_t of_client = 0) {
  dispatcher_engine::limits result;
  result.room.when_full = when_full;
  result.room.tasks = tasks;
  result.room.client_tasks = of_client;
  return result;
}

task_options of(std::uint64_t client, int priority = 0) {
  task_options result;
  result.client = client;
  result.priority = priority;
  return result;
}

// A worker that is at a task of nobody's, so that all others wait.
std::uint64_t occupy(stage& play) {
  play.comes_up(0);
  return play.ask();
}

// In which order the tasks that wait are handed to the one worker.
std::vector<std::uint64_t> served(stage& play, std::uint64_t running, std::size_t many) {
  std::vector<std::uint64_t> result;
  while (result.size() < many) {
    play.answers_with(0, running, 1, 10ms); // long enough that the next comes alone
    running = play.world.batches.back().tasks.back();
    result.push_back(running);
  }
  return result;
}

} // namespace

TEST_CASE("who is refused for want of room is told which setting it was and when to try again") {
  stage play(room(full_policy::reject, 4));
  auto running = occupy(play);
  for (int i = 0; i < 4; ++i)
    play.ask();
  // A task each 20 ms: half of those four are gone after 40.
  for (int i = 0; i < 40; ++i) {
    play.now += 20ms;
    play.answers_with(0, running, 1);
    running = play.world.batches.back().tasks.back();
    play.ask();
  }
  const auto refused = play.ask();
  REQUIRE(play.answered(refused));
  CHECK(play.why(refused).code == actor_errc::overloaded);
  CHECK(play.why(refused).text.find("4 tasks wait already, the limit; try again in ") != std::string::npos);
  CHECK(play.why(refused).text.find("raise max_queue") != std::string::npos);
  CHECK(play.why(refused).retry_after >= 30ms);
  CHECK(play.why(refused).retry_after <= 50ms);
  CHECK(play.engine->status(play.now).refused == 1);
}

TEST_CASE("who is refused by a paused pool is not promised when there will be room") {
  stage play(room(full_policy::reject, 1));
  const auto running = occupy(play);
  play.ask();
  play.now += 20ms;
  play.answers_with(0, running, 1);
  play.ask();
  play.engine->pause();
  const auto refused = play.ask();
  CHECK(play.why(refused).retry_after == 0ms);
  CHECK(play.why(refused).text.find("try again in") == std::string::npos);
  CHECK(play.why(refused).text.find("the pool is paused; resume it, or raise max_queue") !=
        std::string::npos);
  play.engine->resume(play.now);
  CHECK(play.why(play.ask()).retry_after > 0ms);
}

TEST_CASE("when to try again is told from what leaves over time, in batches or not, and not from a pause") {
  admission sut({2000, 0, 0, 0, full_policy::reject});
  task one;
  for (int i = 0; i < 1000; ++i)
    sut.enter(one);
  auto now = start_of_time;
  // A hundred at once, each 100 ms: one each millisecond.
  for (int batch = 0; batch < 50; ++batch, now += 100ms)
    for (int i = 0; i < 100; ++i) {
      sut.leave(one, now);
      sut.enter(one);
    }
  CHECK(sut.until_room(one, false) >= 400ms);
  CHECK(sut.until_room(one, false) <= 600ms);
  now += 30s;
  sut.leave(one, now);
  CHECK(sut.until_room(one, false) <= 600ms);
}

TEST_CASE("a client that has filled its own share leaves room for others") {
  stage play(room(full_policy::reject, 100, 3));
  occupy(play);
  for (int i = 0; i < 3; ++i)
    CHECK(!play.answered(play.ask(of(7))));
  const auto refused = play.ask(of(7));
  CHECK(play.why(refused).code == actor_errc::overloaded);
  CHECK(play.why(refused).text.find("3 tasks of this client wait already") != std::string::npos);
  CHECK(play.why(refused).text.find("max_client_queue") != std::string::npos);
  CHECK(!play.answered(play.ask(of(8))));
}

TEST_CASE("clients take turns, however many tasks one of them has") {
  stage play(room(full_policy::reject, 1000));
  const auto running = occupy(play);
  std::vector<std::uint64_t> greedy;
  for (int i = 0; i < 100; ++i)
    greedy.push_back(play.ask(of(1)));
  const auto modest = play.ask(of(2));
  const auto other = play.ask(of(3));
  CHECK(served(play, running, 5) ==
        std::vector<std::uint64_t>{greedy[0], modest, other, greedy[1], greedy[2]});
}

TEST_CASE(
    "a client's more urgent task goes before those of others, and its own deadlines decide among its own") {
  stage play(room(full_policy::reject, 1000));
  const auto running = occupy(play);
  auto late = of(1);
  auto soon = of(1);
  late.timeout = 10s;
  soon.timeout = 5s;
  const auto second = play.ask(late);
  const auto first = play.ask(soon);
  const auto other = play.ask(of(2));
  const auto urgent = play.ask(of(2, 5));
  CHECK(served(play, running, 4) == std::vector<std::uint64_t>{urgent, first, other, second});
}

TEST_CASE("shed: the oldest of the lowest priority goes, and the new task waits in its place") {
  stage play(room(full_policy::shed, 3));
  occupy(play);
  const auto urgent = play.ask(of(0, 1));
  const auto oldest = play.ask();
  const auto newer = play.ask();
  const auto newest = play.ask();
  REQUIRE(play.answered(oldest));
  CHECK(play.why(oldest).code == actor_errc::overloaded);
  CHECK(play.why(oldest).text.find("made room for a newer task") != std::string::npos);
  CHECK(!play.answered(urgent));
  CHECK(!play.answered(newer));
  CHECK(!play.answered(newest));
  CHECK(play.engine->status(play.now).shed == 1);
  CHECK(play.engine->status(play.now).queued == 3);
}

TEST_CASE("shed: nobody goes for a task that is less urgent than all that wait") {
  stage play(room(full_policy::shed, 2));
  occupy(play);
  const auto first = play.ask(of(0, 1));
  const auto second = play.ask(of(0, 1));
  const auto low = play.ask(of(0, 0));
  CHECK(play.why(low).code == actor_errc::overloaded);
  CHECK(!play.answered(first));
  CHECK(!play.answered(second));
}

TEST_CASE("shed: the client with most tasks pays, and in its own share only itself") {
  stage play(room(full_policy::shed, 4, 3));
  occupy(play);
  const auto greedy = play.ask(of(1));
  play.ask(of(1));
  play.ask(of(1));
  const auto modest = play.ask(of(2));
  const auto newcomer = play.ask(of(3));
  CHECK(play.answered(greedy));
  CHECK(!play.answered(modest));
  CHECK(!play.answered(newcomer));
  const auto again = play.ask(of(2));
  CHECK(!play.answered(again));
  CHECK(!play.answered(modest));
  CHECK(play.engine->status(play.now).shed == 2);
}

TEST_CASE("shed: a task whose arguments would not fit alone is refused, and costs nobody his place") {
  auto limits = room(full_policy::shed, 100);
  limits.room.bytes = 150;
  stage play(limits);
  occupy(play);
  const auto small = play.ask_on({{0, 1, false}});
  const auto large = play.ask_on({{0, 1, false}, {2, 3, false}, {4, 5, false}, {6, 7, false}});
  CHECK(!play.answered(small));
  REQUIRE(play.answered(large));
  CHECK(play.why(large).text.find("max_queue_bytes") != std::string::npos);
}

TEST_CASE("wait: tasks that have waited for room are let in, and take none from those that must not wait") {
  auto limits = room(full_policy::wait, 2, 1);
  limits.room.client_bytes = 100;
  stage play(limits);
  const auto running = occupy(play);
  const auto with_ticket = [](std::uint64_t client) {
    return [client](task& what) {
      what.options.client = client;
      what.more().ticket = std::make_shared<int>();
    };
  };
  const auto held_up = play.ask_with(with_ticket(7));
  CHECK(!play.answered(held_up));
  CHECK(!play.answered(play.ask_with(with_ticket(8))));
  CHECK(!play.answered(play.ask_with(with_ticket(7)))); // the gate counts those
  const auto unheld = play.ask(of(7));
  CHECK(!play.answered(unheld));
  const auto beyond_share = play.ask(of(7));
  REQUIRE(play.answered(beyond_share));
  CHECK(play.why(beyond_share).code == actor_errc::overloaded);
  CHECK(play.why(beyond_share).text.find("max_client_queue") != std::string::npos);
  const auto other = play.ask(of(8));
  CHECK(!play.answered(other));
  const auto beyond = play.ask(of(9));
  REQUIRE(play.answered(beyond));
  CHECK(play.why(beyond).text.find("2 tasks wait already, the limit") != std::string::npos);
  // What leaves gives back its own room, and no other.
  play.takes_back(held_up);
  CHECK(play.answered(play.ask(of(9))));
  play.takes_back(unheld);
  CHECK(!play.answered(play.ask(of(9))));
  CHECK(play.engine->status(play.now).refused == 3);
  play.answers_with(0, running, 1, 10ms);
}

TEST_CASE("a ticket is given back when its task leaves the queue, and once only") {
  stage play(room(full_policy::wait, 10));
  const auto running = occupy(play);
  int held = 0;
  const auto ticket = [&] {
    ++held;
    return std::shared_ptr<const void>(&held,
                                       [](const void* at) { --*static_cast<int*>(const_cast<void*>(at)); });
  };
  const auto next = play.ask_with([&](task& what) { what.more().ticket = ticket(); });
  const auto gone = play.ask_with([&](task& what) { what.more().ticket = ticket(); });
  const auto refused = play.ask_with([&](task& what) {
    what.more().ticket = ticket();
    what.more().refused = std::make_unique<failure>(failure{actor_errc::bad_arguments, "no"});
  });
  CHECK(play.answered(refused));
  CHECK(held == 2);
  play.takes_back(gone);
  CHECK(held == 1);
  play.answers_with(0, running, 1, 10ms);
  CHECK(held == 0);
  play.answers_with(0, next, 1);
  CHECK(held == 0);
}
