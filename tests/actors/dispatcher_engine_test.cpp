#include <doctest/doctest.h>

#include <map>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <pinion/actors/dispatcher_engine.hpp>
#include <pinion/actors/wire.hpp>

#include <support/dispatcher_stage.hpp>
#include <support/seed.hpp>

using namespace pinion;
using namespace std::chrono_literals;
using test::may_run_again;
using test::stage;
using test::within;

TEST_CASE("a task waits until a worker has said hello and then goes to it") {
  stage s(1);
  const auto task = s.ask();
  CHECK(s.world.batches.empty());
  s.comes_up(0);
  REQUIRE(s.world.batches.size() == 1);
  CHECK(s.world.batches[0].tasks == std::vector{task});
  s.answers_with(0, task, 42);
  CHECK(s.result_of(task) == 42);
  CHECK(s.engine->status(s.now).done == 1);
}

TEST_CASE("idle workers share tasks instead of queueing them at one") {
  stage s(2);
  s.comes_up(0);
  s.comes_up(1);
  s.ask();
  s.ask();
  REQUIRE(s.world.batches.size() == 2);
  CHECK(s.world.batches[0].slot != s.world.batches[1].slot);
}

TEST_CASE("a kernel that was never measured is handed over one at a time") {
  stage s(1);
  s.comes_up(0);
  const auto first = s.ask();
  s.ask();
  s.ask();
  CHECK(s.world.batches.size() == 1);
  CHECK(s.engine->status(s.now).queued == 2);
  s.answers_with(0, first, 1, 50ms);
  REQUIRE(s.world.batches.size() == 2);
  CHECK(s.world.batches[1].tasks.size() == 1);
}

TEST_CASE("kernels that proved short ride many in a message") {
  stage s(1);
  s.comes_up(0);
  const auto first = s.ask();
  for (int i = 0; i < 50; ++i)
    s.ask();
  s.answers_with(0, first, 1, 1us);
  REQUIRE(s.world.batches.size() == 2);
  CHECK(s.world.batches[1].tasks.size() == 50);
}

TEST_CASE("higher priority goes first, then the nearer deadline, then the older task") {
  stage s(1);
  task_options urgent;
  urgent.priority = 5;
  const auto old = s.ask();
  const auto late = s.ask(within(10s));
  const auto soon = s.ask(within(1s));
  const auto first = s.ask(urgent);
  s.comes_up(0);
  std::vector<std::uint64_t> order;
  for (int i = 0; i < 4; ++i) {
    order.push_back(s.world.batches.back().tasks.front());
    s.answers_with(0, order.back(), 0, 10ms);
  }
  CHECK(order == std::vector{first, soon, late, old});
}

TEST_CASE("a task for one slot waits for that slot while others are idle") {
  stage s(2);
  s.comes_up(0);
  task_options there;
  there.worker = 1;
  const auto task = s.ask(there);
  CHECK(s.world.batches.empty());
  s.comes_up(1);
  REQUIRE(s.world.batches.size() == 1);
  CHECK(s.world.batches[0].slot == 1);
  s.answers_with(1, task, 3);
  CHECK(s.answers.at(task).worker == 1);
}

TEST_CASE("a task for a slot that does not exist is refused by name and number") {
  stage s(2);
  task_options there;
  there.worker = 7;
  const auto task = s.ask(there);
  CHECK(s.why(task).code == actor_errc::no_workers);
  CHECK(s.why(task).text.find("there is no worker 7") != std::string::npos);
}

TEST_CASE("one task too many in the queue is refused and the others stay") {
  stage s(1, 2);
  s.ask();
  s.ask();
  const auto third = s.ask();
  CHECK(s.why(third).code == actor_errc::overloaded);
  CHECK(s.engine->status(s.now).queued == 2);
}

TEST_CASE("the death of a worker is told to the task that had begun, and the others go elsewhere") {
  stage s(2);
  s.comes_up(0);
  // Teach the engine that the kernel is short, so that the worker gets several ahead of time.
  const auto lesson = s.ask();
  s.answers_with(0, lesson, 0, 1us);
  const auto a = s.ask();
  const auto b = s.ask();
  const auto c = s.ask();
  s.world.begun_[0] = 2; // the lesson and a
  s.comes_up(1);
  s.dies(0, "killed by signal 11 (SIGSEGV)");
  CHECK(s.why(a).code == actor_errc::worker_died);
  CHECK(s.why(a).text.find("work: ") == 0);
  CHECK(s.why(a).text.find("SIGSEGV") != std::string::npos);
  CHECK_FALSE(s.answered(b));
  s.answers_with(1, b, 2);
  s.answers_with(1, c, 3);
  CHECK(s.result_of(b) == 2);
  CHECK(s.result_of(c) == 3);
}

TEST_CASE("what a worker had finished before it died is answered from its notes") {
  stage s(1);
  s.comes_up(0);
  const auto lesson = s.ask();
  s.answers_with(0, lesson, 0, 1us);
  const auto a = s.ask();
  const auto b = s.ask();
  done_item item;
  item.id = lesson; // answered long ago
  item.payload = pack_result(argument(std::int64_t{9}));
  s.world.noted[0].push_back(item);
  item.id = a;
  item.payload = pack_result(argument(std::int64_t{7}));
  s.world.noted[0].push_back(item);
  s.world.begun_[0] = 3; // the lesson, a and b
  s.dies(0);
  CHECK(s.result_of(a) == 7);
  CHECK(s.why(b).code == actor_errc::worker_died);
}

TEST_CASE("a task that may run again survives its worker") {
  stage s(1);
  s.comes_up(0);
  const auto task = s.ask(may_run_again());
  s.world.begun_[0] = 1;
  s.dies(0);
  CHECK_FALSE(s.answered(task));
  s.comes_up(0);
  s.answers_with(0, task, 9);
  CHECK(s.result_of(task) == 9);
}

TEST_CASE("a task that kills three workers is given up and says so") {
  stage s(1);
  const auto task = s.ask(may_run_again());
  for (int i = 0; i < 3; ++i) {
    s.comes_up(0);
    s.engine->wake(s.now += 1s);
    s.world.begun_[0] = 1;
    s.dies(0);
  }
  CHECK(s.why(task).code == actor_errc::worker_died);
  CHECK(s.why(task).text.find("3 workers died") != std::string::npos);
}

TEST_CASE("a task that may run again does so at once after one death, and later and later after more") {
  stage s(1);
  auto often = may_run_again();
  often.attempts = 5;
  const auto task = s.ask(often);
  const auto dies_of_it = [&] {
    s.comes_up(0);
    s.world.begun_[0] = 1;
    s.dies(0);
  };
  dies_of_it();
  s.comes_up(0);
  CHECK(s.world.batches.size() == 2);
  s.world.begun_[0] = 1;
  s.dies(0);
  auto pause = 10ms;
  for (std::size_t tries = 3; tries <= 5; ++tries, pause *= 2) {
    s.comes_up(0);
    CHECK(s.engine->next_wake() == s.now + pause);
    CHECK(s.engine->status(s.now).queued == 1);
    s.engine->wake(s.now += pause - 1ms);
    CHECK(s.world.batches.size() == tries - 1);
    s.engine->wake(s.now += 1ms);
    CHECK(s.world.batches.size() == tries);
    s.world.begun_[0] = 1;
    s.dies(0);
  }
  CHECK(s.why(task).text.find("given up, 5 workers died") != std::string::npos);
}

TEST_CASE("a task whose time passes in the pause before it is tried again is answered then") {
  stage s(1);
  auto options = may_run_again();
  options.timeout = 15ms;
  const auto task = s.ask(options);
  for (int i = 0; i < 2; ++i) {
    s.comes_up(0);
    s.world.begun_[0] = 1;
    s.dies(0);
  }
  s.now += 5ms;
  SUBCASE("its deadline") {
    s.engine->wake(s.now += 10ms);
    CHECK(s.answered(task));
  }
  SUBCASE("its asker takes it back") { s.takes_back(task); }
  SUBCASE("the node stops") { s.engine->halt(); }
  CHECK(s.answered(task));
  CHECK(s.engine->status(s.now).queued == 0);
  s.engine->wake(s.now += 1s);
}

TEST_CASE("replies of a worker that was replaced are ignored") {
  stage s(1);
  s.comes_up(0);
  const auto task = s.ask(may_run_again());
  const auto old = s.incarnations[0];
  s.dies(0);
  s.comes_up(0);
  done_item item;
  item.id = task;
  item.payload = pack_result(argument(std::int64_t{1}));
  s.engine->done({0, old, {item}}, s.now);
  CHECK_FALSE(s.answered(task));
  s.answers_with(0, task, 2);
  CHECK(s.result_of(task) == 2);
}

TEST_CASE("a deadline that passes in the queue answers the caller and the task never runs") {
  stage s(1);
  const auto task = s.ask(within(100ms));
  CHECK(s.engine->next_wake() == s.now + 100ms);
  s.now += 100ms;
  s.engine->wake(s.now);
  CHECK(s.why(task).code == actor_errc::deadline_passed);
  CHECK(s.why(task).text.find("100 ms") != std::string::npos);
  s.comes_up(0);
  CHECK(s.world.batches.empty());
  CHECK(s.engine->status(s.now).expired == 1);
}

TEST_CASE("a deadline that passes at work asks the kernel to stop, and kills its worker after the grace") {
  stage s(1);
  s.comes_up(0);
  const auto task = s.ask(within(100ms));
  s.world.begun_[0] = 1;
  s.now += 100ms;
  s.engine->wake(s.now);
  CHECK(s.why(task).code == actor_errc::deadline_passed);
  CHECK(s.world.stops.size() == 1);
  CHECK(s.world.kills.empty());
  CHECK(s.engine->next_wake() == s.now + 1s);
  s.now += 1s;
  s.engine->wake(s.now);
  REQUIRE(s.world.kills.size() == 1);
  CHECK(s.world.kills[0].second == s.incarnations[0]);
}

TEST_CASE(
    "a deadline frees nothing that a kernel still uses: the arrays live until its worker has answered") {
  stage s(1);
  s.comes_up(0);
  auto block = std::make_shared<int>(1);
  auto what = std::make_shared<task>();
  what->needs().holds.push_back(block);
  what->deadline = s.now + 100ms;
  const std::weak_ptr<int> alive = block;
  block.reset();
  s.engine->submit(std::move(what), s.now);
  s.now += 100ms;
  s.engine->wake(s.now);
  CHECK_FALSE(alive.expired());
  s.answers_with(0, 1, 0);
  CHECK(alive.expired());
}

TEST_CASE("who is told that a task is done finds its arrays let go already") {
  stage s(1);
  s.comes_up(0);
  auto block = std::make_shared<int>(1);
  auto what = std::make_shared<task>();
  what->needs().holds.push_back(block);
  const std::weak_ptr<int> alive = std::exchange(block, nullptr);
  bool told = false;
  what->tell([&](outcome&&) {
    told = true;
    CHECK(alive.expired());
  });
  s.engine->submit(std::move(what), s.now);
  CHECK_FALSE(alive.expired());
  s.answers_with(0, 1, 0);
  CHECK(told);
}

TEST_CASE("a worker that never begins what it was sent is killed, and the task goes on elsewhere") {
  stage s(1);
  s.comes_up(0);
  const auto task = s.ask();
  s.now += 10s;
  s.engine->wake(s.now);
  REQUIRE(s.world.kills.size() == 1);
  s.dies(0);
  CHECK_FALSE(s.answered(task));
  s.comes_up(0);
  s.answers_with(0, task, 4);
  CHECK(s.result_of(task) == 4);
}

TEST_CASE("a worker that is long at a task is left alone, but gets nothing more ahead of time") {
  stage s(1);
  s.comes_up(0);
  const auto lesson = s.ask();
  s.answers_with(0, lesson, 0, 1us);
  s.ask();
  s.world.begun_[0] = 2;
  s.now += 20s;
  s.engine->wake(s.now);
  CHECK(s.world.kills.empty());
  const auto sent = s.world.batches.size();
  s.ask();
  CHECK(s.world.batches.size() == sent);
}

TEST_CASE("a task that was lost with ten workers before it began is given up") {
  stage s(1);
  const auto task = s.ask();
  for (int i = 0; i < 10; ++i) {
    CHECK_FALSE(s.answered(task));
    s.comes_up(0);
    s.dies(0);
  }
  CHECK(s.why(task).code == actor_errc::worker_died);
}

TEST_CASE("a task that is dropped on the way still gives an answer") {
  std::optional<outcome> got;
  {
    task dropped;
    dropped.tell([&](outcome&& o) { got = std::move(o); });
  }
  REQUIRE(got);
  CHECK(std::get<failure>(got->result).code == actor_errc::node_stopping);
}

TEST_CASE("a kernel that stops within the grace keeps its worker") {
  stage s(1);
  s.comes_up(0);
  const auto task = s.ask(within(100ms));
  s.world.begun_[0] = 1;
  s.now += 100ms;
  s.engine->wake(s.now);
  s.now += 500ms;
  s.answers_with(0, task, 0);
  s.now += 10s;
  s.engine->wake(s.now);
  CHECK(s.world.kills.empty());
  CHECK(s.engine->next_wake() == never);
}

TEST_CASE("when every slot was given up, what waits and what comes is answered with the reason") {
  stage s(2);
  const auto waiting = s.ask();
  s.comes_up(0);
  s.comes_up(1);
  s.answers_with(0, waiting, 1);
  s.is_given_up(0, "exited with code 70");
  const auto served = s.ask();
  CHECK_FALSE(s.answered(served));
  s.is_given_up(1, "exited with code 70");
  CHECK(s.why(served).text.find("exited with code 70") != std::string::npos);
  const auto late = s.ask();
  CHECK(s.why(late).code == actor_errc::no_workers);
}

TEST_CASE("halting answers everything and takes no more") {
  stage s(1);
  s.comes_up(0);
  const auto running = s.ask();
  const auto queued = s.ask(within(1s));
  s.engine->halt();
  CHECK(s.why(running).code == actor_errc::node_stopping);
  CHECK(s.why(queued).code == actor_errc::node_stopping);
  const auto late = s.ask();
  CHECK(s.why(late).code == actor_errc::node_stopping);
  CHECK(s.engine->next_wake() == never);
}

TEST_CASE("a refusal made before sending comes back as the outcome") {
  stage s(1);
  auto what = std::make_shared<task>();
  what->more().refused =
      std::make_unique<failure>(failure{actor_errc::unknown_kernel, "there is no kernel named \"x\""});
  std::optional<outcome> got;
  what->tell([&](outcome&& o) { got = std::move(o); });
  s.engine->submit(what, s.now);
  REQUIRE(got);
  CHECK(std::get<failure>(got->result).code == actor_errc::unknown_kernel);
}

TEST_CASE("whatever happens, every task is answered exactly once") {
  const auto seed = pinion::test::seed();
  CAPTURE(seed);
  for (std::uint32_t round = 0; round < 200; ++round) {
    std::mt19937 random(static_cast<std::uint32_t>(seed) + round);
    const auto roll = [&](std::uint32_t sides) { return static_cast<std::uint32_t>(random() % sides); };
    stage s(3, 40);
    for (int step = 0; step < 300; ++step) {
      const auto slot = roll(3);
      switch (roll(10)) {
      case 0:
        s.dies(slot);
        break;
      case 1:
        s.comes_up(slot);
        break;
      case 2:
        s.now += std::chrono::milliseconds{roll(50)};
        s.engine->wake(s.now);
        break;
      case 3: {
        // Some worker answers the oldest task that was handed to it, begun or not.
        const auto& all = s.world.batches;
        if (!all.empty()) {
          const auto& one = all[roll(static_cast<std::uint32_t>(all.size()))];
          s.answers_with(one.slot, one.tasks[roll(static_cast<std::uint32_t>(one.tasks.size()))], 1,
                         std::chrono::microseconds{roll(100)});
        }
        break;
      }
      case 4:
        s.world.begun_[slot] += roll(2);
        break;
      case 6: {
        // Some worker has noted a task as finished, and may die or answer next.
        const auto& all = s.world.batches;
        if (!all.empty()) {
          const auto& one = all[roll(static_cast<std::uint32_t>(all.size()))];
          done_item item;
          item.id = one.tasks[roll(static_cast<std::uint32_t>(one.tasks.size()))];
          item.payload = pack_result(argument(std::int64_t{1}));
          s.world.noted[one.slot].push_back(std::move(item));
        }
        break;
      }
      case 5:
        if (s.last_task > 0)
          s.takes_back(1 + roll(static_cast<std::uint32_t>(s.last_task)));
        break;
      default: {
        task_options options;
        options.idempotent = roll(2) == 0;
        options.priority = static_cast<int>(roll(3));
        if (roll(2) == 0)
          options.timeout = std::chrono::milliseconds{roll(100)};
        if (roll(4) == 0)
          options.worker = static_cast<int>(roll(3));
        s.ask(options, roll(3));
      }
      }
    }
    s.engine->halt();
    CHECK(s.answers.size() == s.last_task);
    CHECK(s.engine->status(s.now).queued == 0);
    CHECK(s.engine->status(s.now).sent == 0);
  }
}
