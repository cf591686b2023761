// What Python's documentation says of multiprocessing.pool.Pool, in its order and in pinion's words. Of
// its maps see multiprocessing_map_order_test.cpp.
#include <doctest/doctest.h>

#include <future>
#include <numeric>
#include <stdexcept>
#include <string>
#include <vector>

#include <unistd.h>

#include <pinion/pinion.hpp>

#include <support/doors.hpp>
#include <support/failure_of.hpp>
#include <support/leaves_nothing.hpp>
#include <support/pool.hpp>

using namespace pinion;
using test::doors;
using test::eventually;
using test::failure_of;
using test::leaves_nothing;
using test::numbers_to;
using test::squares_to;
using test::with_workers;
using namespace std::chrono_literals;

namespace {

std::int64_t prepared = 0; // in a worker: what its initializer was told

std::int64_t own_pid() { return ::getpid(); }
std::int64_t square(std::int64_t x) { return x * x; }
std::int64_t count_me(shared_view<std::int64_t> runs) { return runs(0).fetch_add(1) + 1; }
std::int64_t refuse(std::string_view why) { throw std::domain_error(std::string(why)); }
void prepare_with(std::int64_t number) { prepared += number; }
std::int64_t was_prepared() { return prepared; }

} // namespace

PINION_KERNELS(k) {
  k.add("mp_pid", own_pid);
  k.add("mp_square", square);
  k.add("mp_count_me", count_me);
  k.add("mp_refuse", refuse);
  k.add("mp_prepare", prepare_with);
  k.add("mp_was_prepared", was_prepared);
  k.add("mp_wait_at", doors::wait_at);
}

// -- Pool(processes, initializer, maxtasksperchild) -----------------------------------------

TEST_CASE("a pool of four has four processes, none of them the caller's") {
  const leaves_nothing end;
  test::held_node sut("mp_wait_at", 4); // each is at a task
  const auto children = test::children_of(::getpid());
  CHECK(children.size() == 4);
  for (int i = 0; i < 4; ++i)
    sut.gate.open(i);
  CHECK(sut.where.apply<std::int64_t>("mp_pid") != ::getpid());
}

TEST_CASE("a process that takes the place of another runs the initializer, too") {
  const leaves_nothing end;
  auto settings = with_workers(1);
  settings.initializer = {"mp_prepare", 42};
  settings.recycle_tasks = 1;
  node sut(settings);
  REQUIRE(eventually([&] {
    CHECK(sut.apply<std::int64_t>("mp_was_prepared") == 42);
    return sut.status().recycled >= 3;
  }));
}

TEST_CASE("a process that has run its number of tasks gives its memory back by ending") {
  const leaves_nothing end;
  auto settings = with_workers(1);
  settings.recycle_tasks = 2;
  node sut(settings);
  const auto first = static_cast<pid_t>(sut.apply<std::int64_t>("mp_pid"));
  REQUIRE(eventually([&] { return sut.apply<std::int64_t>("mp_pid") != first; }));
  CHECK(eventually([&] { return !test::lives(first); }));
}

// -- apply, apply_async -----------------------------------------------------------------------

TEST_CASE("apply waits for the result, and one worker alone runs the kernel, once") {
  const leaves_nothing end;
  node sut(with_workers(3));
  const auto runs = sut.zeros<std::int64_t>({1});
  for (int i = 1; i <= 30; ++i)
    CHECK(sut.apply<std::int64_t>("mp_count_me", shared_view<std::int64_t>(runs)) == i);
}

TEST_CASE("of a result and a failure one function is told by the future that it is given") {
  std::promise<std::int64_t> good;
  std::promise<std::string> bad;
  const leaves_nothing end;
  node sut(with_workers(1));
  const auto tell = [&](const future<std::int64_t>& done) {
    if (done.whole().ok())
      good.set_value(done.get());
    else
      bad.set_value(std::get<failure>(done.whole().result).text);
  };
  sut.submit<std::int64_t>("mp_square", 10).then(tell);
  sut.submit<std::int64_t>("mp_refuse", "no").then(tell);
  CHECK(good.get_future().get() == 100);
  CHECK(bad.get_future().get() == "mp_refuse: std::domain_error: no");
}

TEST_CASE("a function that takes its time over a result holds up no other result") {
  std::promise<void> go_on;
  const leaves_nothing end;
  node sut(with_workers(1));
  sut.submit<std::int64_t>("mp_square", 1)
      .then([wait = go_on.get_future().share()](const future<std::int64_t>&) { wait.wait(); });
  for (int i = 0; i < 50; ++i)
    CHECK(sut.apply<std::int64_t>("mp_square", i) == i * i);
  CHECK(sut.map<std::int64_t>("mp_square", numbers_to(10)).get() == squares_to(10));
  go_on.set_value();
}

// -- close, terminate, join -------------------------------------------------------------------------

TEST_CASE("a drained pool has done all its tasks, takes none, and may be opened again") {
  const leaves_nothing end;
  node sut(with_workers(2));
  const auto results = sut.map<std::int64_t>("mp_square", numbers_to(1000));
  const auto text = sut.submit<std::int64_t>("mp_refuse", "no");
  // A map gives out its tasks piece by piece, and those that it had not given out are new ones.
  CHECK(results.get() == squares_to(1000));
  CHECK(sut.drain());
  CHECK(text.ready());
  CHECK(failure_of([&] { sut.apply<std::int64_t>("mp_square", 1); }).code == actor_errc::draining);
  CHECK(test::children_of(::getpid()).size() == 2); // they wait
  sut.resume();
  CHECK(sut.apply<std::int64_t>("mp_square", 2) == 4);
}

TEST_CASE("a pool that goes stops its workers in the middle of their work, and waits until they have ended") {
  std::vector<pid_t> children;
  future<std::int64_t> running;
  std::vector<future<std::int64_t>> waiting;
  const leaves_nothing end;
  {
    test::held_node sut("mp_wait_at", 2);
    children = test::children_of(::getpid());
    REQUIRE(children.size() == 2);
    running = sut.held[0];
    for (int i = 0; i < 10; ++i)
      waiting.push_back(sut.where.submit<std::int64_t>("mp_square", i));
  }
  for (const auto each : children)
    CHECK(!test::lives(each));
  CHECK(failure_of(running).code == actor_errc::node_stopping);
  for (const auto& each : waiting)
    CHECK(failure_of(each).code == actor_errc::node_stopping);
}

// -- AsyncResult --------------------------------------------------------------------------------------

TEST_CASE("a result that is not there in time is no failure of its task") {
  const leaves_nothing end;
  test::held_node sut("mp_wait_at", 1);
  const auto& result = sut.held[0];
  CHECK(!result.ready());
  CHECK(!result.wait_for(1ms));
  sut.gate.open(0);
  result.wait();
  CHECK(result.ready());
  CHECK(result.whole().ok());
  CHECK(result.get() == 0);
  const auto failed = sut.where.submit<std::int64_t>("mp_refuse", "no");
  failed.wait();
  CHECK(failed.ready());
  CHECK(!failed.whole().ok());
  CHECK(failure_of(failed).text == "mp_refuse: std::domain_error: no");
}
