#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <set>

#include "support/dispatcher_stage.hpp"
#include "support/seed.hpp"

using namespace pinion;
using namespace pinion::test;

namespace {

constexpr bool reading = false;
constexpr bool writing = true;

task_options at_once() {
  task_options result;
  result.when_busy = busy_policy::refuse;
  return result;
}

std::set<std::uint64_t> handed_over(const stage& play) {
  std::set<std::uint64_t> result;
  for (const auto& batch : play.world.batches)
    result.insert(batch.tasks.begin(), batch.tasks.end());
  return result;
}

} // namespace

TEST_CASE("a reader is handed over when the writer before it has answered") {
  stage play(2);
  play.comes_up(0);
  play.comes_up(1);
  const auto fill = play.ask_on({{0, 9, writing}});
  const auto sum = play.ask_on({{3, 3, reading}});
  CHECK(handed_over(play) == std::set<std::uint64_t>{fill});
  CHECK(play.engine->status(play.now).waiting == 1);
  CHECK(play.engine->status(play.now).queued == 1);
  play.answers_with(0, fill, 1);
  CHECK(handed_over(play) == std::set<std::uint64_t>{fill, sum});
  CHECK(play.engine->status(play.now).waiting == 0);
}

TEST_CASE("readers of one array and writers of its parts run side by side") {
  stage play(4);
  for (std::uint32_t slot = 0; slot < 4; ++slot)
    play.comes_up(slot);
  play.ask_on({{0, 9, reading}});
  play.ask_on({{0, 9, reading}});
  play.ask_on({{10, 14, writing}});
  play.ask_on({{15, 19, writing}});
  CHECK(handed_over(play).size() == 4);
}

TEST_CASE("a task that is not to wait is refused with its argument and who uses it") {
  stage play(2);
  play.comes_up(0);
  play.comes_up(1);
  play.ask_on({{0, 9, reading}});
  const auto refused = play.ask_on({{20, 20, reading}, {9, 9, writing}}, at_once());
  REQUIRE(play.answered(refused));
  CHECK(play.why(refused).code == actor_errc::array_busy);
  CHECK(play.why(refused).text == "work: argument 2, float64[10], is in use by task 1 (work); ask again when "
                                  "it is done, or let tasks wait");
  const auto granted = play.ask_on({{20, 20, writing}}, at_once());
  CHECK(handed_over(play).contains(granted));
  CHECK(play.engine->status(play.now).queued == 0);
}

TEST_CASE("a deadline that passes while a task waits for its arrays says so and lets the next one go") {
  stage play(3);
  for (std::uint32_t slot = 0; slot < 3; ++slot)
    play.comes_up(slot);
  play.ask_on({{0, 9, reading}});
  const auto fill = play.ask_on({{0, 9, writing}}, within(50ms));
  const auto sum = play.ask_on({{0, 9, reading}});
  CHECK(!handed_over(play).contains(sum));
  play.now += 60ms;
  play.engine->wake(play.now);
  REQUIRE(play.answered(fill));
  CHECK(play.why(fill).code == actor_errc::deadline_passed);
  CHECK(play.why(fill).text ==
        "work: not done within 50 ms; argument 1, float64[100], is in use by task 1 (work)");
  CHECK(handed_over(play).contains(sum));
  CHECK(play.engine->status(play.now).queued == 0);
}

TEST_CASE("a task that nobody waits for keeps its arrays until its worker has said so or is gone") {
  stage play(2);
  play.comes_up(0);
  play.comes_up(1);
  const auto fill = play.ask_on({{0, 9, writing}}, within(50ms));
  const auto sum = play.ask_on({{0, 9, reading}});
  play.world.at_hand[0] = fill;
  play.now += 60ms;
  play.engine->wake(play.now);
  CHECK(play.answered(fill));
  CHECK(!handed_over(play).contains(sum));
  const auto impatient = play.ask_on({{0, 9, reading}}, at_once());
  CHECK(handed_over(play).contains(impatient) == false);
  SUBCASE("it stops") { play.answers_with(0, fill, 1); }
  SUBCASE("it is killed") {
    play.world.begun_[0] = 1;
    play.dies(0);
  }
  CHECK(handed_over(play).contains(sum));
}

TEST_CASE("what a dead worker had keeps its leases when it goes to another, and lets go when it fails") {
  stage play(2);
  play.comes_up(0);
  const auto fill = play.ask_on({{0, 9, writing}});
  play.ask_on({{0, 9, writing}});
  const auto sum = play.ask_on({{0, 9, reading}});
  play.comes_up(1);
  SUBCASE("not begun") {
    play.dies(0);
    CHECK(!play.answered(fill));
    CHECK(!handed_over(play).contains(sum));
    CHECK(play.world.batches.back().tasks == std::vector{fill});
  }
  SUBCASE("begun") {
    play.world.begun_[0] = 1;
    play.dies(0);
    CHECK(play.why(fill).code == actor_errc::worker_died);
    CHECK(play.world.batches.back().tasks == std::vector<std::uint64_t>{2});
  }
}

TEST_CASE("when no worker is left all tasks fail, those that waited for arrays too") {
  stage play(1);
  std::vector<std::uint64_t> tasks;
  for (int i = 0; i < 5; ++i)
    tasks.push_back(play.ask_on({{0, 9, writing}}));
  play.comes_up(0);
  play.world.begun_[0] = 1;
  play.is_given_up(0, "no luck");
  for (const auto each : tasks)
    CHECK(play.answered(each));
  CHECK(play.engine->status(play.now).queued == 0);
}

TEST_CASE("tasks that wait for arrays are answered when the node stops, and count as queued until then") {
  stage play(1, 2);
  play.comes_up(0);
  play.ask_on({{0, 9, writing}});
  const auto waits = play.ask_on({{0, 9, writing}});
  play.ask_on({{0, 9, writing}});
  const auto one_more = play.ask_on({{0, 9, writing}});
  CHECK(play.why(one_more).code == actor_errc::overloaded);
  play.engine->halt();
  CHECK(play.why(waits).code == actor_errc::node_stopping);
}

TEST_CASE("a thousand writers of one array go one after the other in the order of asking") {
  stage play(2);
  play.comes_up(0);
  play.comes_up(1);
  std::vector<std::uint64_t> order;
  for (int i = 0; i < 1000; ++i)
    play.ask_on({{0, 9, writing}});
  for (std::uint64_t task = 1; task <= 1000; ++task) {
    REQUIRE(handed_over(play) == std::set<std::uint64_t>{task});
    const auto slot = play.world.batches.back().slot;
    play.world.batches.clear();
    play.answers_with(slot, task, 1, 1us);
  }
}

TEST_CASE("whatever happens, no two tasks that meet are with workers at once, and each is answered once") {
  const auto seed = test::seed();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  const auto roll = [&](std::int64_t from, std::int64_t to) { return between(random, from, to); };
  for (int round = 0; round < 20; ++round) {
    stage play(3);
    for (std::uint32_t slot = 0; slot < 3; ++slot)
      play.comes_up(slot);
    std::map<std::uint64_t, std::vector<stage::cells>> claims;
    std::map<std::uint64_t, std::uint32_t> with_worker;
    std::map<std::uint32_t, std::vector<std::uint64_t>> has; // in the order of handing over
    const auto look = [&] {
      for (const auto& batch : play.world.batches)
        for (const auto task : batch.tasks) {
          for (const auto& [other, slot] : with_worker)
            for (const auto& x : claims[task])
              for (const auto& y : claims[other])
                REQUIRE((!(x.write || y.write) || x.last < y.first || y.last < x.first));
          with_worker[task] = batch.slot;
          has[batch.slot].push_back(task);
        }
      play.world.batches.clear();
    };
    for (int step = 0; step < 400; ++step) {
      const auto what = roll(0, 99);
      if (what < 55) {
        std::vector<stage::cells> on;
        for (auto count = roll(0, 3); count-- > 0;) {
          const auto first = roll(0, 20);
          on.push_back({first, first + roll(0, 4), roll(0, 2) == 0});
        }
        task_options options = roll(0, 1) == 0 ? may_run_again() : task_options{};
        if (roll(0, 3) == 0)
          options.timeout = std::chrono::milliseconds(roll(1, 40));
        if (roll(0, 9) == 0)
          options.when_busy = busy_policy::refuse;
        claims[play.last_task + 1] = on;
        play.ask_on(on, options);
      } else if (what < 90) {
        const auto slot = static_cast<std::uint32_t>(roll(0, 2));
        if (!has[slot].empty()) {
          const auto task = has[slot].front();
          has[slot].erase(has[slot].begin());
          with_worker.erase(task);
          ++play.world.begun_[slot];
          play.answers_with(slot, task, 1, std::chrono::microseconds(roll(1, 300)));
        }
      } else if (what < 93) {
        const auto slot = static_cast<std::uint32_t>(roll(0, 2));
        if (!has[slot].empty() && roll(0, 1) == 0)
          ++play.world.begun_[slot];
        for (const auto task : has[slot])
          with_worker.erase(task);
        has[slot].clear();
        play.dies(slot);
        look();
        play.comes_up(slot);
      } else if (play.last_task > 0 && what < 95) {
        play.takes_back(static_cast<std::uint64_t>(roll(1, static_cast<std::int64_t>(play.last_task))));
      } else {
        play.now += std::chrono::milliseconds(roll(1, 5));
        play.engine->wake(play.now);
      }
      look();
    }
    // Some wait until they may be tried again.
    for (int turn = 0; turn < 10; ++turn) {
      play.engine->wake(play.now += 1s);
      look();
      while (!with_worker.empty()) {
        const auto slot = with_worker.begin()->second;
        const auto task = has[slot].front();
        has[slot].erase(has[slot].begin());
        with_worker.erase(task);
        play.answers_with(slot, task, 1);
        look();
      }
    }
    for (std::uint64_t task = 1; task <= play.last_task; ++task)
      REQUIRE(play.answered(task));
    CHECK(play.engine->status(play.now).queued == 0);
    CHECK(play.engine->status(play.now).waiting == 0);
  }
}
