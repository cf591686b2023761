// when_full = shed where it is bytes that are short, or where those that have most are more urgent.
#include <doctest/doctest.h>

#include <random>

#include "support/dispatcher_stage.hpp"
#include "support/seed.hpp"

using namespace pinion;
using namespace pinion::test;

namespace {

dispatcher_engine::limits shedding(std::size_t tasks, std::size_t bytes, std::size_t client_bytes = 0) {
  dispatcher_engine::limits result;
  result.room.when_full = full_policy::shed;
  result.room.tasks = tasks;
  result.room.bytes = bytes;
  result.room.client_bytes = client_bytes;
  return result;
}

task_options of(std::uint64_t client, int priority = 0) {
  task_options result;
  result.client = client;
  result.priority = priority;
  return result;
}

// A pool in which all wait.
struct full_stage : stage {
  explicit full_stage(const dispatcher_engine::limits& limits) : stage(limits) { engine->pause(); }
  std::uint64_t ask_for(task_options options, std::size_t bytes) {
    return ask(options, 0, {}, [&](task& what) { what.arguments.assign(bytes, 'x'); });
  }
  std::uint64_t shed() const { return engine->status(now).shed; }
};

} // namespace

TEST_CASE("shed: where bytes are short the client with most of them pays, not the one with most tasks") {
  full_stage play(shedding(100, 1000));
  std::vector<std::uint64_t> many;
  for (int i = 0; i < 10; ++i)
    many.push_back(play.ask_for(of(1), 10));
  const auto older = play.ask_for(of(2), 400);
  const auto newer = play.ask_for(of(2), 400);
  const auto newcomer = play.ask_for(of(3), 200);
  CHECK(play.answered(older));
  CHECK(play.why(older).text.find("max_queue_bytes") != std::string::npos);
  CHECK(!play.answered(newer));
  CHECK(!play.answered(newcomer));
  for (const auto each : many)
    CHECK(!play.answered(each));
}

TEST_CASE("shed: as many go as the newcomer needs, of whoever has most then") {
  full_stage play(shedding(100, 1000));
  std::vector<std::uint64_t> first;
  for (int i = 0; i < 6; ++i)
    first.push_back(play.ask_for(of(1), 100));
  std::vector<std::uint64_t> second;
  for (int i = 0; i < 4; ++i)
    second.push_back(play.ask_for(of(2), 100));
  const auto newcomer = play.ask_for(of(3), 500);
  CHECK(!play.answered(newcomer));
  CHECK(play.shed() == 5);
  CHECK(play.answered(first[2]));
  CHECK(!play.answered(first[4]));
  CHECK(play.answered(second[0]));
  CHECK(!play.answered(second[3]));
}

TEST_CASE("shed: nobody goes for a task that would be refused in spite of it") {
  full_stage play(shedding(100, 1000));
  const auto urgent = play.ask_for(of(1, 5), 900);
  const auto small = play.ask_for(of(2), 50);
  const auto newcomer = play.ask_for(of(3), 300);
  CHECK(play.answered(newcomer));
  CHECK(!play.answered(urgent));
  CHECK(!play.answered(small));
  CHECK(play.shed() == 0);
}

TEST_CASE("shed: a task that is too large for the room is refused also where there are too many tasks") {
  full_stage play(shedding(2, 1000));
  const auto first = play.ask_for(of(1), 10);
  const auto second = play.ask_for(of(1), 10);
  CHECK(play.answered(play.ask_for(of(2), 2000)));
  CHECK(!play.answered(first));
  CHECK(!play.answered(second));
}

TEST_CASE("shed: where the client with most has urgent tasks only, another one's less urgent task goes") {
  full_stage play(shedding(4, 0));
  for (int i = 0; i < 3; ++i)
    play.ask_for(of(1, 5), 1);
  const auto low = play.ask_for(of(2), 1);
  const auto newcomer = play.ask_for(of(3, 1), 1);
  CHECK(play.answered(low));
  CHECK(!play.answered(newcomer));
}

TEST_CASE("shed: tasks for a slot make room as others do") {
  full_stage play(shedding(2, 0));
  auto there = of(1);
  there.worker = 0;
  const auto older = play.ask_for(there, 1);
  const auto newer = play.ask_for(there, 1);
  const auto newcomer = play.ask_for(of(2), 1);
  CHECK(play.answered(older));
  CHECK(!play.answered(newer));
  CHECK(!play.answered(newcomer));
}

TEST_CASE("shed: a client over its share of bytes pays with its own") {
  full_stage play(shedding(100, 0, 100));
  const auto other = play.ask_for(of(1), 100);
  const auto oldest = play.ask_for(of(2), 50);
  const auto newer = play.ask_for(of(2), 50);
  const auto newest = play.ask_for(of(2), 40);
  CHECK(play.answered(oldest));
  CHECK(!play.answered(other));
  CHECK(!play.answered(newer));
  CHECK(!play.answered(newest));
}

TEST_CASE("shed: whatever comes, the room is never exceeded and none goes for one that is less urgent") {
  const auto seed = test::seed();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  for (int round = 0; round < 200; ++round) {
    auto limits = shedding(1 + random() % 20, 100 + random() % 400, random() % 2 == 0 ? 0 : 150);
    limits.room.client_tasks = random() % 2 == 0 ? 0 : 4;
    full_stage play(limits);
    struct asked {
      int priority;
      std::uint64_t client;
      std::size_t bytes;
    };
    std::map<std::uint64_t, asked> waits; // of those that have no answer
    for (int step = 0; step < 100; ++step) {
      const asked next{static_cast<int>(random() % 3), random() % 4, random() % 120};
      auto options = of(next.client, next.priority);
      options.worker = random() % 4 == 0 ? 0 : -1;
      const auto task = play.ask_for(options, next.bytes);
      const bool came_in = !play.answered(task);
      std::size_t tasks = came_in ? 1 : 0;
      std::size_t bytes = came_in ? next.bytes : 0;
      for (auto at = waits.begin(); at != waits.end();) {
        const bool gone = play.answered(at->first);
        CHECK(!(gone && (!came_in || at->second.priority > next.priority)));
        tasks += gone ? 0 : 1;
        bytes += gone ? 0 : at->second.bytes;
        at = gone ? waits.erase(at) : std::next(at);
      }
      if (came_in)
        waits.emplace(task, next);
      CHECK(tasks <= limits.room.tasks);
      CHECK((tasks == 1 || bytes <= limits.room.bytes)); // a large one alone is let in
      CHECK(play.engine->status(play.now).queued == tasks);
    }
  }
}
