// Workers that are called back, take over from those that do not come, or get another chance.
#include <doctest/doctest.h>

#include "support/dispatcher_stage.hpp"

using namespace pinion;
using namespace pinion::test;
using state = worker_status::state;
using duty = worker_status::duty;

namespace {

dispatcher_engine::limits pool(std::size_t workers, std::size_t spares = 0) {
  dispatcher_engine::limits result;
  result.workers.workers = workers;
  result.workers.spares = spares;
  return result;
}

worker_status worker(const stage& play, std::uint32_t slot) {
  return play.engine->status(play.now).workers.at(slot);
}

std::uint32_t last_slot(const stage& play) { return play.world.batches.back().slot; }

// Its process has started, and says nothing yet.
void starts(stage& play, std::uint32_t slot) {
  worker_event event;
  event.slot = slot;
  event.incarnation = play.incarnations[slot] = ++play.last_incarnation;
  play.engine->started(event);
}

task_options on(int slot) {
  task_options result;
  result.worker = slot;
  return result;
}

} // namespace

TEST_CASE("a spare that becomes ready takes the place of a worker whose next process is not") {
  stage play(pool(1, 1));
  play.comes_up(0);
  play.dies(0); // there is no spare yet
  starts(play, 0);
  const auto task = play.ask();
  CHECK(play.world.batches.empty());
  play.comes_up(1);
  REQUIRE(play.world.batches.size() == 1);
  CHECK(last_slot(play) == 1);
  CHECK(play.world.places[1] == 0);
  play.answers_with(1, task, 3);
  CHECK(play.result_of(task) == 3);
  play.engine->ready(0, play.incarnations[0], play.now);
  CHECK(worker(play, 0).as == duty::spare);
}

TEST_CASE("a spare that is ready before the workers are lets them have their places") {
  stage play(pool(2, 1));
  play.comes_up(2);
  CHECK(worker(play, 2).as == duty::spare);
  CHECK(worker(play, 0).as == duty::active);
}

TEST_CASE("a resting slot that a task names comes for that task, stays for the next and leaves, once") {
  stage play(pool(2));
  play.comes_up(0);
  play.comes_up(1);
  play.engine->resize(1, play.now);
  play.goes(1, false);
  const auto first = play.ask(on(1));
  const auto second = play.ask(on(1));
  REQUIRE(play.world.called_in == std::vector<std::uint32_t>{1});
  play.comes_up(1);
  play.answers_with(1, first, 1);
  play.answers_with(1, second, 2);
  CHECK(play.result_of(second) == 2);
  // The other one was not disturbed, and this one goes again.
  CHECK(worker(play, 0).as == duty::active);
  REQUIRE(play.world.sent_home.size() == 2);
  CHECK(play.world.sent_home.back().slot == 1);
  CHECK_FALSE(play.world.sent_home.back().again);
  play.goes(1, false);
  const auto other = play.ask();
  CHECK(last_slot(play) == 0);
  play.answers_with(0, other, 3);
  CHECK(play.world.called_in.size() == 1);
}

TEST_CASE("a busy worker that was to leave stays when the pool grows again before it is done") {
  stage play(pool(2));
  play.comes_up(0);
  play.comes_up(1);
  const auto first = play.ask();
  const auto second = play.ask();
  play.engine->resize(1, play.now);
  play.engine->resize(2, play.now);
  play.answers_with(0, first, 1);
  play.answers_with(1, second, 1);
  CHECK(play.world.sent_home.empty());
  CHECK(play.world.called_in.empty());
  CHECK(worker(play, 0).as == duty::active);
  CHECK(worker(play, 1).as == duty::active);
}

TEST_CASE("no process is handed more tasks ahead than it may run before it is replaced") {
  auto limits = pool(1);
  limits.workers.recycles = true;
  limits.workers.recycle_tasks = 10;
  stage play(limits);
  play.comes_up(0);
  // The kernel is known to be short, so that many are handed over at a time.
  play.answers_with(0, play.ask(), 1, 1us);
  std::vector<std::uint64_t> all;
  for (int i = 0; i < 50; ++i)
    all.push_back(play.ask());
  const auto given = [&] {
    std::size_t sum = 0;
    for (const auto& each : play.world.batches)
      sum += each.slot == 0 ? each.tasks.size() : 0;
    return sum;
  };
  CHECK(given() == 10);
  play.comes_up(1);
  for (std::size_t i = 0; i < 9; ++i)
    play.answers_with(0, all[i], 1, 1us);
  CHECK(given() == 10);
  CHECK(play.world.sent_home.size() == 1);
}

TEST_CASE("a process that is too large from the beginning runs a task before it is replaced") {
  auto limits = pool(1);
  limits.workers.recycles = true;
  stage play(limits);
  play.comes_up(0);
  play.comes_up(1);
  play.engine->grown(0, play.incarnations[0], "it had grown to 9 GiB (recycle_memory)", play.now);
  CHECK(play.world.sent_home.empty());
  const auto task = play.ask();
  CHECK(last_slot(play) == 0);
  play.answers_with(0, task, 1);
  REQUIRE(play.world.sent_home.size() == 1);
  CHECK(play.world.sent_home[0].why.find("9 GiB") != std::string::npos);
}

TEST_CASE("a slot that was given up gets another chance when the pool is resized, also to what it is") {
  stage play(pool(2));
  play.comes_up(0);
  play.comes_up(1);
  play.is_given_up(1, "it died too often");
  CHECK(worker(play, 1).now == state::given_up);
  play.engine->resize(2, play.now);
  CHECK(play.world.called_in == std::vector<std::uint32_t>{1});
  play.comes_up(1);
  const auto task = play.ask(on(1));
  play.answers_with(1, task, 4);
  CHECK(play.result_of(task) == 4);
}

TEST_CASE("a successor gets the tasks that wait as soon as it has its place") {
  auto limits = pool(1);
  limits.workers.recycles = true;
  limits.workers.recycle_tasks = 1;
  stage play(limits);
  play.comes_up(0);
  play.comes_up(1);
  const auto first = play.ask(); // its last one, and a long one
  const auto second = play.ask();
  CHECK(last_slot(play) == 1);
  play.answers_with(1, second, 2);
  CHECK(play.result_of(second) == 2);
  play.answers_with(0, first, 1);
}

TEST_CASE("a spare that has grown is replaced, too") {
  auto limits = pool(1);
  limits.workers.recycles = true;
  stage play(limits);
  play.comes_up(0);
  play.comes_up(1);
  play.answers_with(1, play.ask(on(1)), 1);
  play.engine->grown(1, play.incarnations[1], "it had grown to 9 GiB (recycle_memory)", play.now);
  REQUIRE(play.world.sent_home.size() == 1);
  CHECK(play.world.sent_home[0].slot == 1);
  CHECK(play.world.sent_home[0].again);
  play.goes(1, true);
  play.comes_up(1);
  CHECK(worker(play, 1).as == duty::spare);
  CHECK(worker(play, 0).as == duty::active);
}

TEST_CASE("a worn worker leaves though its slot's own tasks wait, which the next process has") {
  auto limits = pool(1);
  limits.workers.recycles = true;
  limits.workers.recycle_tasks = 1;
  stage play(limits);
  play.comes_up(0);
  play.comes_up(1);
  const auto first = play.ask(on(0));
  const auto second = play.ask(on(0));
  play.answers_with(0, first, 1);
  REQUIRE(play.world.sent_home.size() == 1);
  CHECK(play.world.sent_home[0].slot == 0);
  play.goes(0, true);
  play.comes_up(0);
  CHECK(last_slot(play) == 0);
  play.answers_with(0, second, 2);
  CHECK(play.result_of(second) == 2);
}
