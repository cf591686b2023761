// Which tasks hold, or want, leases: what people are told who ask.
#include <support/dispatcher_stage.hpp>

using namespace pinion;
using namespace pinion::test;

namespace {

const task_claim* of_task(const claim_report& all, std::uint64_t id) {
  for (const auto& each : all.claims)
    if (each.task == id)
      return &each;
  return nullptr;
}

} // namespace

TEST_CASE("tasks are told of with what they claim: those that run, those that lie ready, those that wait") {
  stage it(1);
  it.comes_up(0);
  const auto runs = it.ask_on({{0, 9, true}});
  const auto waits = it.ask_on({{5, 6, false}});
  const auto plain = it.ask();
  it.world.at_hand[0] = runs;
  auto all = it.engine->claims(100);
  CHECK_FALSE(all.more);
  REQUIRE(all.claims.size() == 2);
  CHECK(of_task(all, plain) == nullptr);
  REQUIRE(of_task(all, runs) != nullptr);
  CHECK(of_task(all, runs)->now == task_claim::state::runs);
  CHECK(of_task(all, runs)->slot == 0);
  CHECK(of_task(all, runs)->kernel == "work");
  CHECK(of_task(all, runs)->right == pinion::access::write);
  CHECK(of_task(all, runs)->what.offset == 4096);
  REQUIRE(of_task(all, waits) != nullptr);
  CHECK(of_task(all, waits)->now == task_claim::state::waits);
  CHECK(of_task(all, waits)->right == pinion::access::read);
  it.world.at_hand[0] = 0;
  all = it.engine->claims(100);
  CHECK(of_task(all, runs)->now == task_claim::state::sent);
}

TEST_CASE("a task whose deadline passed is told of until its worker is done with its arrays") {
  stage it(1);
  it.comes_up(0);
  task_options options;
  options.timeout = 1s;
  const auto late = it.ask_on({{0, 9, true}}, options);
  it.world.at_hand[0] = late;
  it.now += 2s;
  it.engine->wake(it.now);
  REQUIRE(it.answers.contains(late));
  CHECK(of_task(it.engine->claims(100), late) != nullptr);
}

TEST_CASE("no more claims are told of than asked for, those of running tasks first") {
  stage it(1);
  it.comes_up(0);
  const auto runs = it.ask_on({{0, 9, true}});
  for (int i = 0; i < 20; ++i)
    it.ask_on({{0, 9, true}});
  const auto all = it.engine->claims(5);
  CHECK(all.claims.size() == 5);
  CHECK(all.more);
  CHECK(of_task(all, runs) != nullptr);
}
