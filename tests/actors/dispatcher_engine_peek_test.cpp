#include <support/dispatcher_stage.hpp>

using namespace pinion;
using namespace std::chrono_literals;
using test::stage;
using test::within;

namespace {

// A worker with tasks 2, 3 and 4 at hand, of a kernel that was quick so far.
void hand_over_three(stage& s, task_options options = {}) {
  s.comes_up(0);
  s.ask(options);
  for (int i = 0; i < 3; ++i)
    s.ask(options);
  s.answers_with(0, 1, 1, 1us);
  REQUIRE(s.world.batches.back().tasks.size() == 3);
}

// The worker has finished it and not said so.
void notes(stage& s, std::uint64_t task, std::int64_t result) {
  done_item item;
  item.id = task;
  item.started_ns = to_ns(s.now);
  item.finished_ns = to_ns(s.now) + 1000;
  item.payload = pack_result(argument(result));
  s.world.noted[0].push_back(item);
}

} // namespace

TEST_CASE("what is finished behind a task that turns out slow is answered soon, and once") {
  stage s(1);
  hand_over_three(s);
  notes(s, 2, 42);
  s.world.begun_[0] = 3;
  s.world.at_hand[0] = 3;
  REQUIRE(s.engine->next_wake() <= s.now + 10ms);
  s.now = s.engine->next_wake();
  s.engine->wake(s.now);
  CHECK(s.result_of(2) == 42);
  CHECK_FALSE(s.answered(3));
  s.answers_with(0, 2, 42); // the reply itself, at last
  s.answers_with(0, 3, 43);
  CHECK(s.result_of(3) == 43);
}

TEST_CASE(
    "a task that is done when its deadline passes is no failure, though its worker had no time to say so") {
  stage s(1);
  hand_over_three(s, within(1s));
  notes(s, 2, 42);
  s.world.begun_[0] = 3;
  s.world.at_hand[0] = 3;
  s.now += 1s;
  s.engine->wake(s.now);
  CHECK(s.result_of(2) == 42);
  CHECK(s.why(3).code == actor_errc::deadline_passed);
}

TEST_CASE("while a worker is silent at a slow task, nothing more is put behind it") {
  stage s(1);
  hand_over_three(s);
  notes(s, 2, 42);
  s.world.begun_[0] = 3;
  s.world.at_hand[0] = 3;
  s.now += 50ms;
  s.engine->wake(s.now);
  const auto batches = s.world.batches.size();
  s.ask();
  CHECK(s.world.batches.size() == batches);
}

TEST_CASE("a worker that is stopped between two tasks is found out, and its tasks go elsewhere") {
  stage s(1);
  hand_over_three(s);
  s.answers_with(0, 2, 1, 1us);
  s.world.begun_[0] = 2; // and nothing after that
  for (int i = 0; i < 10'000 && s.world.kills.empty() && s.engine->next_wake() != never; ++i) {
    s.now = s.engine->next_wake();
    s.engine->wake(s.now);
  }
  REQUIRE(s.world.kills.size() == 1);
  s.dies(0);
  s.comes_up(0);
  CHECK_FALSE(s.world.batches.back().tasks.empty());
}

TEST_CASE("the lowest priority that there is goes last") {
  stage s(1);
  task_options lowest;
  lowest.priority = std::numeric_limits<int>::min();
  s.ask(lowest);
  s.ask();
  s.comes_up(0);
  CHECK(s.world.batches[0].tasks == std::vector<std::uint64_t>{2});
}

TEST_CASE("tasks whose arguments take more than the queue may hold are refused") {
  dispatcher_engine::limits limits;
  limits.room.bytes = 100;
  test::workers_by_hand world;
  dispatcher_engine engine(world, limits);
  std::vector<outcome> answers;
  const auto ask = [&](std::size_t bytes) {
    auto what = std::make_shared<task>();
    what->kernel_name = "work";
    what->arguments.assign(bytes, 'x');
    what->tell([&](outcome&& o) { answers.push_back(std::move(o)); });
    engine.submit(std::move(what), test::start_of_time);
  };
  ask(600); // alone, it may be as large as it is
  CHECK(answers.empty());
  ask(1);
  REQUIRE(answers.size() == 1);
  CHECK(std::get<failure>(answers[0].result).code == actor_errc::overloaded);
  engine.halt();
}
