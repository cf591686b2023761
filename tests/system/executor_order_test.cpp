// What Python's documentation says of concurrent.futures.Executor, in its order and in pinion's words. Of
// ProcessPoolExecutor see process_pool_order_test.cpp, of futures future_order_test.cpp.
#include <doctest/doctest.h>

#include <numeric>
#include <ranges>
#include <stdexcept>
#include <string>
#include <vector>

#include <unistd.h>

#include <pinion/pinion.hpp>

#include <support/doors.hpp>
#include <support/failure_of.hpp>
#include <support/hold.hpp>
#include <support/leaves_nothing.hpp>
#include <support/pool.hpp>

using namespace pinion;
using test::doors;
using test::eventually;
using test::failure_of;
using test::leaves_nothing;
using test::numbers_to;
using test::with_workers;
using namespace std::chrono_literals;

namespace {

std::int64_t power_mod(std::int64_t base, std::int64_t exponent, std::int64_t modulus) {
  std::int64_t result = 1;
  for (std::int64_t i = 0; i < exponent; ++i)
    result = result * base % modulus;
  return result;
}
std::int64_t square(std::int64_t x) { return x * x; }
std::string spell(std::int64_t x) { return std::to_string(x); }
// Fails for the bad one.
std::int64_t pick(std::int64_t x, std::int64_t bad) {
  if (x == bad)
    throw std::domain_error("a bad one");
  return x;
}
// Comes to its end only while somebody else is in the same kernel.
std::int64_t meet(shared_view<std::int64_t> there, std::int64_t which, context& here) {
  there(which).store(1);
  test::hold_until(here, [&] { return there(1 - which).load() != 0; });
  return which;
}
void heeds_nothing(shared_view<std::int64_t> begun) {
  begun(0).store(1);
  for (;;)
    ::pause();
}
} // namespace

PINION_KERNELS(k) {
  k.add("executor_power_mod", power_mod);
  k.add("executor_square", square);
  k.add("executor_spell", spell);
  k.add("executor_pick", pick);
  k.add("executor_meet", meet);
  k.add("executor_wait_at", doors::wait_at);
  k.add("executor_heeds_nothing", heeds_nothing);
}

// -- Executor.submit ------------------------------------------------------------

TEST_CASE("submit has a kernel run with these arguments, and gives its future at once") {
  const leaves_nothing end;
  node sut(with_workers(1));
  const doors gate(sut, 1);
  const auto held = sut.submit<std::int64_t>("executor_wait_at", gate.view(), 0);
  const auto behind = sut.submit<std::int64_t>("executor_power_mod", 323, 1235, 1'000'007);
  CHECK(!behind.ready()); // nobody has waited for it
  gate.open(0);
  CHECK(behind.get() == power_mod(323, 1235, 1'000'007));
  CHECK(held.get() == 0);
}

// -- Executor.map -----------------------------------------------------------------

TEST_CASE("map takes its items at once, so what they came from may change or go") {
  const leaves_nothing end;
  node sut(with_workers(1));
  sut.wait_ready();
  sut.pause();
  auto items = numbers_to(50);
  const auto squares = sut.map<std::int64_t>("executor_square", items);
  const auto texts = sut.map<std::string>("executor_spell", items);
  std::ranges::fill(items, -1);
  items = {};
  sut.resume();
  CHECK(squares[49] == 49 * 49);
  CHECK(texts[49] == "49");
}

TEST_CASE("imap takes its items when they are wanted, and waits while enough results are ahead") {
  const leaves_nothing end;
  node sut(with_workers(2));
  std::int64_t taken = 0;
  auto items =
      std::views::iota(std::int64_t{0}, std::int64_t{100}) | std::views::transform([&](std::int64_t x) {
        ++taken;
        return x;
      });
  map_options how;
  how.ahead = 3;
  auto results = sut.imap<std::int64_t>("executor_square", items, how);
  CHECK(taken == 0);
  auto at = results.begin();
  CHECK(*at == 0);
  CHECK(taken == 3); // one is looked at, two are ahead of it
  ++at;
  CHECK(*at == 1);
  CHECK(taken == 4);
}

TEST_CASE("calls of one map run at the same time") {
  const leaves_nothing end;
  node sut(with_workers(2));
  const auto there = sut.zeros<std::int64_t>({2});
  map_options how;
  how.chunk = 1;
  how.each.timeout = 60s; // a failure instead of a test that hangs
  const auto results =
      sut.map<std::int64_t>(how, "executor_meet", same(shared_view<std::int64_t>(there)), numbers_to(2));
  CHECK(results.get() == numbers_to(2));
}

TEST_CASE(
    "a map whose items may take so long throws deadline_passed where one is looked at that took longer") {
  const leaves_nothing end;
  node sut(with_workers(1));
  sut.wait_ready();
  const doors gate(sut, 1);
  map_options how;
  how.each.timeout = 20ms;
  const auto results = sut.map<std::int64_t>(how, "executor_wait_at", same(gate.view()), numbers_to(1));
  CHECK(failure_of([&] { static_cast<void>(*results.begin()); }).code == actor_errc::deadline_passed);
  // The limit is the work's own: the worker was asked to stop, and is free.
  CHECK(sut.apply<std::int64_t>("executor_square", 3) == 9);
}

TEST_CASE("what an item throws comes where its result is looked at, behind the results before it") {
  const leaves_nothing end;
  node sut(with_workers(1));
  map_options how;
  how.chunk = 1;
  const auto results = sut.map<std::int64_t>(how, "executor_pick", numbers_to(20), same(5));
  std::vector<std::int64_t> seen;
  const auto why = failure_of([&] {
    for (const auto each : results)
      seen.push_back(each);
  });
  CHECK(seen == numbers_to(5));
  CHECK(why.code == actor_errc::kernel_failed);
  CHECK(why.text == "executor_pick: item 5: std::domain_error: a bad one");
}

TEST_CASE("map chops its items into chunks of the size that is asked for, a task each") {
  const leaves_nothing end;
  node sut(with_workers(2));
  map_options how;
  how.chunk = 10;
  const auto results = sut.map<std::int64_t>(how, "executor_square", numbers_to(95)).get();
  CHECK(results.size() == 95);
  CHECK(results[94] == 94 * 94);
  CHECK(sut.status().done == 10);
}

TEST_CASE("the size of chunks changes nothing for kernels that give texts, which are a task for each item") {
  const leaves_nothing end;
  node sut(with_workers(2));
  map_options how;
  how.chunk = 10;
  CHECK(sut.map<std::string>(how, "executor_spell", numbers_to(30)).get()[29] == "29");
  CHECK(sut.status().done == 30);
}

TEST_CASE("items that are not as many as the others are refused, and not left out in silence") {
  const leaves_nothing end;
  node sut(with_workers(1));
  const auto why = failure_of([&] { sut.map<std::int64_t>("executor_pick", numbers_to(3), numbers_to(2)); });
  CHECK(why.code == actor_errc::bad_arguments);
  CHECK(why.text.find("argument 2 has 2 items, those before it have 3") != std::string::npos);
}

// -- Executor.shutdown ------------------------------------------------------------

TEST_CASE("submit and map are refused while a node drains and when it is drained") {
  const leaves_nothing end;
  node sut(with_workers(1));
  const doors gate(sut, 1);
  const auto held = sut.submit<std::int64_t>("executor_wait_at", gate.view(), 0);
  CHECK(!sut.drain(1ms));
  const auto refused = [&] {
    CHECK(failure_of([&] { sut.apply<std::int64_t>("executor_square", 1); }).code == actor_errc::draining);
    CHECK(failure_of([&] { sut.map<std::int64_t>("executor_square", numbers_to(3)).get(); }).code ==
          actor_errc::draining);
  };
  refused();
  gate.open(0);
  CHECK(sut.drain());
  refused();
  CHECK(held.get() == 0);
}

TEST_CASE("drain with a limit returns when it is over, and what was under way is done all the same") {
  const leaves_nothing end;
  node sut(with_workers(1));
  const doors gate(sut, 1);
  const auto running = sut.submit<std::int64_t>("executor_wait_at", gate.view(), 0);
  const auto waits = sut.submit<std::int64_t>("executor_square", 4);
  CHECK(!sut.drain(1ms));
  CHECK(!running.ready());
  gate.open(0);
  CHECK(running.get() == 0);
  CHECK(waits.get() == 16);
}

TEST_CASE("drain without a limit returns when all is done") {
  const leaves_nothing end;
  node sut(with_workers(2));
  std::vector<future<std::int64_t>> all;
  for (int i = 0; i < 200; ++i)
    all.push_back(sut.submit<std::int64_t>("executor_square", i));
  CHECK(sut.drain());
  for (const auto& each : all)
    CHECK(each.ready());
  const auto left = sut.status();
  CHECK(left.done == 200);
  CHECK(left.queued + left.sent == 0);
}

TEST_CASE("a drained node has done what ran and nothing of what was cancelled while it waited") {
  const leaves_nothing end;
  node sut(with_workers(1));
  const doors gate(sut, 4);
  const auto running = sut.submit<std::int64_t>("executor_wait_at", gate.view(), 0);
  gate.until_one_waits_at(0);
  for (int i = 1; i < 4; ++i)
    sut.submit<std::int64_t>("executor_wait_at", gate.view(), i).cancel();
  gate.open(0);
  CHECK(sut.drain());
  CHECK(running.get() == 0);
  CHECK(gate.came(1) + gate.came(2) + gate.came(3) == 0);
  CHECK(sut.status().withdrawn == 3);
}

TEST_CASE("at the end of its scope a node ends its workers, keeps results and answers what was not done") {
  const leaves_nothing end;
  future<std::int64_t> done;
  future<void> running;
  std::vector<future<std::int64_t>> waiting;
  {
    node sut(with_workers(1));
    done = sut.submit<std::int64_t>("executor_square", 7);
    done.wait();
    const auto begun = sut.zeros<std::int64_t>({1});
    const shared_view<std::int64_t> look(begun);
    running = sut.submit<void>("executor_heeds_nothing", look);
    REQUIRE(eventually([&] { return look(0).load() == 1; }));
    for (int i = 0; i < 3; ++i)
      waiting.push_back(sut.submit<std::int64_t>("executor_square", i));
  }
  CHECK(test::children_of(::getpid()).empty());
  CHECK(done.get() == 49);
  CHECK(failure_of(running).code == actor_errc::node_stopping);
  for (const auto& each : waiting)
    CHECK(failure_of(each).code == actor_errc::node_stopping);
}
