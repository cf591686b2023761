// Workers that come and go: spares, recycling, idle ones, pauses, drains and resizes, with a clock by hand.
#include <doctest/doctest.h>

#include <random>
#include <set>

#include "support/dispatcher_stage.hpp"
#include "support/seed.hpp"

using namespace pinion;
using namespace pinion::test;
using state = worker_status::state;
using duty = worker_status::duty;

namespace {

dispatcher_engine::limits pool(crew::plan plan) {
  dispatcher_engine::limits result;
  result.workers = plan;
  return result;
}

crew::plan of(std::size_t workers) {
  crew::plan result;
  result.workers = workers;
  return result;
}

crew::plan with_spares(std::size_t workers, std::size_t spares) {
  auto result = of(workers);
  result.spares = spares;
  return result;
}

crew::plan recycling(std::size_t workers, std::size_t tasks) {
  auto result = of(workers);
  result.recycles = true;
  result.recycle_tasks = tasks;
  return result;
}

crew::plan at_least(std::size_t least, std::size_t workers) {
  auto result = of(workers);
  result.least = least;
  result.idle_time = 10s;
  return result;
}

worker_status worker(const stage& play, std::uint32_t slot) {
  return play.engine->status(play.now).workers.at(slot);
}

std::size_t count(const stage& play, duty as, state now) {
  std::size_t result = 0;
  for (const auto& each : play.engine->status(play.now).workers)
    result += each.as == as && each.now == now ? 1 : 0;
  return result;
}

// The slot that the newest task was handed to.
std::uint32_t last_slot(const stage& play) { return play.world.batches.back().slot; }

} // namespace

TEST_CASE("a spare gets no task, and takes the place of a worker that dies at once") {
  stage play(pool(with_spares(1, 1)));
  play.comes_up(0);
  play.comes_up(1);
  CHECK(worker(play, 1).as == duty::spare);
  const auto first = play.ask();
  const auto second = play.ask();
  CHECK(last_slot(play) == 0);
  CHECK(play.world.batches.size() == 1);
  play.world.begun_[0] = 1;
  play.dies(0);
  CHECK(play.why(first).code == actor_errc::worker_died);
  // Nobody waits for the new process.
  REQUIRE(play.world.batches.size() == 2);
  CHECK(last_slot(play) == 1);
  CHECK(play.world.places[1] == 0);
  play.answers_with(1, second, 5);
  CHECK(play.result_of(second) == 5);
  play.comes_up(0);
  CHECK(worker(play, 0).as == duty::spare);
  CHECK(worker(play, 1).as == duty::active);
}

TEST_CASE("a task for a slot is run by that slot, also while it is a spare") {
  stage play(pool(with_spares(1, 1)));
  play.comes_up(0);
  play.comes_up(1);
  task_options there;
  there.worker = 1;
  const auto task = play.ask(there);
  CHECK(last_slot(play) == 1);
  play.answers_with(1, task, 2);
  CHECK(play.result_of(task) == 2);
}

TEST_CASE("a worn worker leaves once its successor is ready, and not before") {
  stage play(pool(recycling(1, 3)));
  play.comes_up(0);
  for (int i = 0; i < 5; ++i)
    play.answers_with(0, play.ask(), 1);
  // There is no other yet: it goes on.
  CHECK(play.world.sent_home.empty());
  const auto last = play.ask();
  play.comes_up(1);
  CHECK(worker(play, 0).as == duty::leaving);
  CHECK(worker(play, 1).as == duty::active);
  CHECK(play.world.sent_home.empty()); // it has a task
  const auto next = play.ask();
  CHECK(last_slot(play) == 1);
  play.answers_with(0, last, 1);
  REQUIRE(play.world.sent_home.size() == 1);
  CHECK(play.world.sent_home[0].slot == 0);
  CHECK(play.world.sent_home[0].again);
  CHECK(play.world.sent_home[0].why.find("recycle_tasks") != std::string::npos);
  play.goes(0, true);
  play.comes_up(0);
  CHECK(worker(play, 0).as == duty::spare);
  play.answers_with(1, next, 1);
  CHECK(play.answers.size() == 7);
  CHECK(play.engine->status(play.now).recycled == 1);
}

TEST_CASE("with its successor ready a worker runs just as many tasks as it may") {
  stage play(pool(recycling(1, 4)));
  play.comes_up(0);
  play.comes_up(1);
  std::map<std::uint32_t, int> ran;
  for (int i = 0; i < 40; ++i) {
    const auto task = play.ask();
    const auto slot = last_slot(play);
    ++ran[slot];
    play.answers_with(slot, task, 1, 10ms);
    if (ran[slot] == 4) {
      REQUIRE(play.world.sent_home.back().slot == slot);
      ran[slot] = 0;
      play.goes(slot, true);
      play.comes_up(slot);
    }
  }
  CHECK(play.engine->status(play.now).recycled == 10);
}

TEST_CASE("a worker that has grown makes place for a fresh one") {
  auto plan = of(1);
  plan.recycles = true;
  stage play(pool(plan));
  play.comes_up(0);
  play.comes_up(1);
  play.answers_with(0, play.ask(), 1);
  play.engine->grown(0, play.incarnations[0], "it had grown to 2.00 GiB", play.now);
  REQUIRE(play.world.sent_home.size() == 1);
  CHECK(play.world.sent_home[0].slot == 0);
  CHECK(play.world.sent_home[0].why == "it had grown to 2.00 GiB");
  // What is said of a process that is gone concerns nobody.
  play.goes(0, true);
  play.comes_up(0);
  play.engine->grown(1, 77, "?", play.now);
  CHECK(play.world.sent_home.size() == 1);
}

TEST_CASE("idle workers leave down to the least, and come back when there is work") {
  stage play(pool(at_least(1, 3)));
  for (std::uint32_t slot = 0; slot < 3; ++slot)
    play.comes_up(slot);
  CHECK(play.engine->next_wake() == play.now + 10s);
  play.now += 5s;
  const auto busy = play.ask();
  CHECK(last_slot(play) == 0);
  play.now += 5s;
  play.engine->wake(play.now);
  REQUIRE(play.world.sent_home.size() == 2);
  CHECK(!play.world.sent_home[0].again);
  CHECK(play.world.sent_home[0].why.find("min_workers") != std::string::npos);
  play.goes(1, false);
  play.goes(2, false);
  CHECK(worker(play, 2).now == state::resting);
  // The last one stays, however idle.
  play.answers_with(0, busy, 1);
  play.now += 60s;
  play.engine->wake(play.now);
  CHECK(play.world.sent_home.size() == 2);
  CHECK(play.engine->next_wake() == never);
  // As many come back as there are tasks for.
  play.ask();
  CHECK(play.world.called_in.empty());
  play.ask();
  CHECK(play.world.called_in.size() == 1);
  play.ask();
  play.ask();
  CHECK(play.world.called_in.size() == 2);
}

TEST_CASE("a worker that leaves as it is idle is called back before it is gone, and comes") {
  stage play(pool(at_least(1, 2)));
  play.comes_up(0);
  play.comes_up(1);
  play.now += 10s;
  play.engine->wake(play.now);
  REQUIRE(play.world.sent_home.size() == 1);
  play.ask();
  const auto second = play.ask();
  CHECK(!play.answered(second));
  play.goes(1, false);
  REQUIRE(play.world.called_in.size() == 1);
  play.comes_up(1);
  CHECK(last_slot(play) == 1);
}

TEST_CASE("a larger pool gets processes for its new workers, a smaller one lets those go that are idle") {
  stage play(pool(of(2)));
  play.comes_up(0);
  play.comes_up(1);
  play.engine->resize(4, play.now);
  CHECK(play.world.size == 4);
  CHECK(play.world.called_in == std::vector<std::uint32_t>{2, 3});
  play.comes_up(2);
  play.comes_up(3);
  const auto first = play.ask();
  const auto busy = last_slot(play);
  play.engine->resize(1, play.now);
  CHECK(play.world.size == 1);
  CHECK(play.world.sent_home.size() == 3);
  for (const auto& each : std::vector(play.world.sent_home)) {
    CHECK(each.slot != busy);
    CHECK(!each.again);
    play.goes(each.slot, false);
  }
  CHECK(play.world.sent_home.size() == 3);
  CHECK(play.world.places[busy] == 0);
  CHECK(count(play, duty::active, state::busy) == 1);
  play.ask();
  play.answers_with(busy, first, 3, 10ms);
  CHECK(last_slot(play) == busy);
}

TEST_CASE("a busy worker of a pool that shrinks finishes what it has, and gets nothing more") {
  stage play(pool(of(2)));
  play.comes_up(0);
  play.comes_up(1);
  const auto first = play.ask();
  const auto second = play.ask();
  play.engine->resize(1, play.now);
  CHECK(play.world.sent_home.empty());
  const auto third = play.ask();
  play.answers_with(1, second, 1, 10ms);
  REQUIRE(play.world.sent_home.size() == 1);
  CHECK(play.world.sent_home[0].slot == 1);
  CHECK(play.result_of(second) == 1);
  play.answers_with(0, first, 1, 10ms);
  CHECK(last_slot(play) == 0);
  play.answers_with(0, third, 1);
  CHECK(play.answers.size() == 3);
}

TEST_CASE("a worker that dies while it is about to leave is not missed") {
  stage play(pool(of(2)));
  play.comes_up(0);
  play.comes_up(1);
  play.ask();
  const auto second = play.ask();
  play.engine->resize(1, play.now);
  play.world.begun_[1] = 1;
  play.dies(1);
  CHECK(play.why(second).code == actor_errc::worker_died);
  // Its keeper may start another before it hears: that one is sent home as well.
  play.comes_up(1);
  CHECK(play.world.sent_home.back().slot == 1);
  CHECK(count(play, duty::active, state::idle) == 0);
}

TEST_CASE("a paused pool takes tasks in, hands none out, and keeps deadlines") {
  stage play(1);
  play.comes_up(0);
  const auto running = play.ask();
  play.engine->pause();
  const auto waits = play.ask();
  const auto expires = play.ask(within(1s));
  play.answers_with(0, running, 1);
  CHECK(play.result_of(running) == 1);
  CHECK(play.world.batches.size() == 1);
  play.now += 1s;
  play.engine->wake(play.now);
  CHECK(play.why(expires).code == actor_errc::deadline_passed);
  play.engine->resume(play.now);
  CHECK(play.world.batches.size() == 2);
  play.answers_with(0, waits, 2);
  CHECK(play.result_of(waits) == 2);
}

TEST_CASE("a drained pool finishes what it has, takes nothing new, and says when it is done") {
  stage play(1);
  play.comes_up(0);
  const auto running = play.ask();
  const auto waits = play.ask();
  std::vector<bool> told;
  play.engine->drain([&](bool drained) { told.push_back(drained); }, play.now);
  CHECK(told.empty());
  CHECK(play.why(play.ask()).code == actor_errc::draining);
  play.answers_with(0, running, 1, 10ms);
  play.answers_with(0, waits, 2);
  CHECK(told == std::vector<bool>{true});
  CHECK(play.result_of(waits) == 2);
  CHECK(play.why(play.ask()).code == actor_errc::draining);
  play.engine->resume(play.now);
  CHECK(!play.answered(play.ask()));
}

TEST_CASE("who drains an idle pool is told at once, and one that goes on or ends says no") {
  stage play(1);
  play.comes_up(0);
  std::vector<bool> told;
  const auto tell = [&](bool drained) { told.push_back(drained); };
  play.engine->drain(tell, play.now);
  CHECK(told == std::vector<bool>{true});
  play.engine->resume(play.now);
  play.ask();
  play.engine->drain(tell, play.now);
  play.engine->resume(play.now);
  CHECK(told == std::vector<bool>{true, false});
  play.engine->drain(tell, play.now);
  play.engine->halt();
  CHECK(told == std::vector<bool>{true, false, false});
}

TEST_CASE("a drain waits for a task that runs on for nobody, too") {
  stage play(1);
  play.comes_up(0);
  const auto running = play.ask(within(1s));
  play.world.at_hand[0] = running;
  std::vector<bool> told;
  play.engine->drain([&](bool drained) { told.push_back(drained); }, play.now);
  play.now += 1s;
  play.engine->wake(play.now);
  CHECK(play.why(running).code == actor_errc::deadline_passed);
  CHECK(told.empty());
  play.answers_with(0, running, 1);
  CHECK(told == std::vector<bool>{true});
}

TEST_CASE("a paused pool keeps its workers while tasks wait, and does not ask to be woken for nothing") {
  stage play(pool(at_least(1, 3)));
  for (std::uint32_t slot = 0; slot < 3; ++slot)
    play.comes_up(slot);
  play.engine->pause();
  task_options here;
  here.worker = 1;
  play.ask(here);
  play.ask();
  play.now += 60s;
  play.engine->wake(play.now);
  CHECK(play.world.sent_home.empty());
  CHECK(play.engine->next_wake() == never);
}

TEST_CASE("one task that waits calls in one worker, however often it is looked at") {
  stage play(pool(at_least(1, 16)));
  for (std::uint32_t slot = 0; slot < 16; ++slot)
    play.comes_up(slot);
  play.now += 10s;
  play.engine->wake(play.now);
  for (const auto& each : std::vector(play.world.sent_home))
    play.goes(each.slot, false);
  play.ask();
  play.ask();
  for (int i = 0; i < 20; ++i)
    play.engine->wake(play.now += 1s);
  CHECK(play.world.called_in.size() == 1);
}

TEST_CASE("a pool shrinks also where each worker had a task of its own") {
  stage play(pool(of(2)));
  play.comes_up(0);
  play.comes_up(1);
  std::vector<std::uint64_t> tasks;
  for (int round = 0; round < 2; ++round)
    for (int slot = 0; slot < 2; ++slot) {
      task_options here;
      here.worker = slot;
      tasks.push_back(play.ask(here));
    }
  play.engine->resize(1, play.now);
  CHECK(play.world.sent_home.empty());
  for (const auto i : {0U, 1U, 2U, 3U})
    play.answers_with(i % 2, tasks[i], 1, 10ms);
  CHECK(play.world.sent_home.size() == 1);
}

TEST_CASE("a pool that was small for a while keeps as many idle workers as it is to") {
  stage play(pool(at_least(2, 3)));
  for (std::uint32_t slot = 0; slot < 3; ++slot)
    play.comes_up(slot);
  play.engine->resize(1, play.now);
  for (const auto& each : std::vector(play.world.sent_home))
    play.goes(each.slot, false);
  play.engine->resize(3, play.now);
  for (const auto slot : std::vector(play.world.called_in))
    play.comes_up(slot);
  play.now += 60s;
  play.engine->wake(play.now);
  CHECK(count(play, duty::active, state::idle) == 2);
}

TEST_CASE("a pool that drains is not paused") {
  stage play(1);
  play.comes_up(0);
  const auto running = play.ask();
  const auto waits = play.ask();
  bool done = false;
  play.engine->drain([&](bool drained) { done = drained; }, play.now);
  play.engine->pause();
  play.answers_with(0, running, 1, 10ms);
  play.answers_with(0, waits, 1);
  CHECK(done);
}

TEST_CASE("whatever comes and goes, every task is answered once and the pool has its size in the end") {
  const auto seed = test::seed();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  for (int round = 0; round < 200; ++round) {
    crew::plan plan = of(1 + random() % 4);
    plan.spares = random() % 3;
    plan.recycles = random() % 2 == 0;
    plan.recycle_tasks = plan.recycles ? 1 + random() % 5 : 0;
    plan.least = random() % 2 == 0 ? 0 : 1;
    plan.idle_time = 3s;
    stage play(pool(plan));
    std::map<std::uint32_t, bool> alive; // by slot; false: a process is on its way
    for (std::uint32_t slot = 0; slot < play.engine->slots(); ++slot)
      alive[slot] = false;
    std::size_t size = plan.workers;
    std::size_t homes = 0;
    std::size_t calls = 0;
    const auto settle = [&] {
      for (; calls < play.world.called_in.size(); ++calls)
        alive[play.world.called_in[calls]] = false;
      for (; homes < play.world.sent_home.size(); ++homes) {
        const auto home = play.world.sent_home[homes];
        if (play.incarnations[home.slot] != home.incarnation && play.incarnations.contains(home.slot))
          continue;
        alive.erase(home.slot);
        play.goes(home.slot, home.again);
        if (home.again)
          alive[home.slot] = false;
      }
    };
    const auto finish_one = [&](std::uint32_t slot) {
      for (std::uint64_t task = 1; task <= play.last_task; ++task) {
        if (play.answered(task))
          continue;
        const auto& batches = play.world.batches;
        for (auto at = batches.rbegin(); at != batches.rend(); ++at)
          if (std::find(at->tasks.begin(), at->tasks.end(), task) != at->tasks.end()) {
            if (at->slot == slot)
              return play.answers_with(slot, task, 1), true;
            break;
          }
      }
      return false;
    };
    for (int step = 0; step < 200; ++step) {
      play.now += std::chrono::milliseconds(random() % 500);
      const auto what = random() % 12;
      if (what < 4) {
        play.ask(may_run_again());
      } else if (what < 7 && !alive.empty()) {
        auto at = alive.begin();
        std::advance(at, static_cast<std::ptrdiff_t>(random() % alive.size()));
        if (!at->second) {
          at->second = true;
          play.comes_up(at->first);
        } else {
          finish_one(at->first);
        }
      } else if (what == 7 && !alive.empty()) {
        auto at = alive.begin();
        std::advance(at, static_cast<std::ptrdiff_t>(random() % alive.size()));
        if (at->second) {
          at->second = false;
          play.dies(at->first);
        }
      } else if (what == 8 && random() % 4 == 0) {
        size = 1 + random() % 5;
        play.engine->resize(size, play.now);
      } else {
        play.engine->wake(play.now);
      }
      settle();
    }
    // Then all come up that are meant to, and all work is done.
    for (int turn = 0; turn < 2000 && play.answers.size() < play.last_task; ++turn) {
      for (auto& [slot, up] : alive)
        if (!std::exchange(up, true))
          play.comes_up(slot);
      settle();
      for (std::uint32_t slot = 0; slot < play.engine->slots(); ++slot)
        finish_one(slot);
      settle();
      play.engine->wake(play.now += 100ms); // some wait until they may be tried again
      settle();
    }
    CHECK(play.answers.size() == play.last_task);
    for (int turn = 0; turn < 50; ++turn) {
      for (auto& [slot, up] : alive)
        if (!std::exchange(up, true))
          play.comes_up(slot);
      play.engine->wake(play.now);
      settle();
    }
    const auto working = count(play, duty::active, state::idle);
    CHECK(working <= size);
    CHECK(working >= (plan.least == 0 ? size : std::min(plan.least, size)));
    CHECK(count(play, duty::leaving, state::idle) == 0);
    // No two workers of one place.
    std::set<std::uint32_t> places;
    for (const auto& each : play.engine->status(play.now).workers)
      if (each.as == duty::active && each.now == state::idle)
        CHECK(places.insert(play.world.places.contains(each.slot) ? play.world.places[each.slot] : each.slot)
                  .second);
  }
}
