// What Python's documentation says of concurrent.futures.ProcessPoolExecutor, in its order and in pinion's
// words.
#include <doctest/doctest.h>

#include <csignal>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include <sched.h>
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
using test::with_workers;
using namespace std::chrono_literals;

namespace {

std::int64_t prepared = 0; // in a worker: what its initializer was told

std::int64_t own_pid() { return ::getpid(); }
std::int64_t square(std::int64_t x) { return x * x; }
void heeds_nothing(shared_view<std::int64_t> begun) {
  begun(0).store(1);
  for (;;)
    ::pause();
}
void raise_signal(std::int64_t number) { ::raise(static_cast<int>(number)); }
void prepare_with(std::int64_t number, std::string_view text) {
  prepared += number + static_cast<std::int64_t>(text.size());
}
std::int64_t was_prepared() { return prepared; }
void cannot_prepare() { throw std::runtime_error("no model there"); }

} // namespace

PINION_KERNELS(k) {
  k.add("process_pool_pid", own_pid);
  k.add("process_pool_square", square);
  k.add("process_pool_wait_at", doors::wait_at);
  k.add("process_pool_heeds_nothing", heeds_nothing);
  k.add("process_pool_raise", raise_signal);
  k.add("process_pool_prepare", prepare_with);
  k.add("process_pool_was_prepared", was_prepared);
  k.add("process_pool_cannot_prepare", cannot_prepare);
}

// -- max_workers ------------------------------------------------------------------

TEST_CASE("a node has as many worker processes as it was told, and they alone run its tasks") {
  const leaves_nothing end;
  node sut(with_workers(3));
  sut.wait_ready();
  const auto children = test::children_of(::getpid());
  CHECK(children.size() == 3);
  const doors gate(sut, 4);
  std::vector<future<std::int64_t>> held;
  for (int i = 0; i < 3; ++i)
    held.push_back(sut.submit<std::int64_t>("process_pool_wait_at", gate.view(), i));
  for (int i = 0; i < 3; ++i)
    gate.until_one_waits_at(i);
  const auto fourth = sut.submit<std::int64_t>("process_pool_wait_at", gate.view(), 3);
  CHECK(sut.status().queued == 1); // at most three at a time
  for (int i = 0; i < 4; ++i)
    gate.open(i);
  CHECK(fourth.get() == 3);
  const std::set<std::int64_t> workers(children.begin(), children.end());
  for (int i = 0; i < 20; ++i)
    CHECK(workers.contains(sut.apply<std::int64_t>("process_pool_pid")));
}

TEST_CASE("a node that is not told has a worker for each processor that its process may use") {
  const leaves_nothing end;
  node sut;
  sut.wait_ready();
  cpu_set_t set;
  CPU_ZERO(&set);
  REQUIRE(::sched_getaffinity(0, sizeof set, &set) == 0);
  CHECK(test::children_of(::getpid()).size() == static_cast<std::size_t>(CPU_COUNT(&set)));
}

TEST_CASE("a number of workers that cannot be is refused with what may be") {
  const char* const words[]{"program", "--pinion-workers", "-1"};
  CHECK(failure_of([&] { config::from(3, words); }).text.find("workers") != std::string::npos);
  const leaves_nothing end;
  node sut(with_workers(1));
  CHECK(failure_of([&] { sut.resize(0); }).text.find("1 to 4096") != std::string::npos);
  CHECK(sut.apply<std::int64_t>("process_pool_square", 2) == 4);
}

// -- initializer, initargs ----------------------------------------------------------

TEST_CASE("each worker runs the initializer once, with its arguments, when it starts") {
  const leaves_nothing end;
  auto settings = with_workers(2);
  settings.initializer = {"process_pool_prepare", 40, "ab"};
  node sut(settings);
  for (int slot = 0; slot < 2; ++slot)
    for (int i = 0; i < 10; ++i) {
      task_options there;
      there.worker = slot;
      CHECK(sut.submit<std::int64_t>(there, "process_pool_was_prepared").get() == 42);
    }
}

TEST_CASE("when no worker can be initialized all that waits fails, and so does all that comes later") {
  const leaves_nothing end;
  auto settings = with_workers(2);
  settings.restart_limit = 1;
  settings.log_level = "off";
  settings.initializer = {"process_pool_cannot_prepare"};
  node sut(settings);
  std::vector<future<std::int64_t>> waiting;
  for (int i = 0; i < 10; ++i)
    waiting.push_back(sut.submit<std::int64_t>("process_pool_square", i));
  for (const auto& each : waiting)
    CHECK(failure_of(each).code == actor_errc::no_workers);
  const auto why = failure_of([&] { sut.apply<std::int64_t>("process_pool_square", 1); });
  CHECK(why.code == actor_errc::no_workers);
  CHECK(why.text.find("process_pool_cannot_prepare: std::runtime_error: no model there") !=
        std::string::npos);
}

// -- max_tasks_per_child --------------------------------------------------------------

TEST_CASE("a process runs no more tasks than it may, and leaves its place to a fresh one") {
  const leaves_nothing end;
  auto settings = with_workers(1);
  settings.recycle_tasks = 3;
  node sut(settings);
  // One at a time, since what a worker was given ahead of time it still does.
  std::set<std::int64_t> processes;
  REQUIRE(eventually([&] {
    processes.insert(sut.apply<std::int64_t>("process_pool_pid"));
    return processes.size() == 4;
  }));
  CHECK(sut.status().recycled >= 3);
  CHECK(sut.status().failed == 0);
}

TEST_CASE("workers live as long as their node where nothing else is said") {
  const leaves_nothing end;
  node sut(with_workers(1));
  const auto first = sut.apply<std::int64_t>("process_pool_pid");
  for (int i = 0; i < 300; ++i)
    REQUIRE(sut.apply<std::int64_t>("process_pool_pid") == first);
}

// -- terminate_workers, kill_workers ----------------------------------------------------

TEST_CASE("a node that is destroyed waits for no kernel, also for one that heeds nothing") {
  const leaves_nothing end;
  future<void> stuck;
  {
    node sut(with_workers(2));
    const auto begun = sut.zeros<std::int64_t>({1});
    const shared_view<std::int64_t> look(begun);
    stuck = sut.submit<void>("process_pool_heeds_nothing", look);
    REQUIRE(eventually([&] { return look(0).load() == 1; }));
  }
  CHECK(test::children_of(::getpid()).empty());
  CHECK(failure_of(stuck).code == actor_errc::node_stopping);
}

// -- BrokenProcessPool ----------------------------------------------------------------

TEST_CASE("a worker that is killed from outside costs its task alone, and the pool goes on") {
  const leaves_nothing end;
  node sut(with_workers(2));
  const doors gate(sut, 1);
  const auto begun = sut.zeros<std::int64_t>({1});
  const shared_view<std::int64_t> look(begun);
  const auto lost = sut.submit<void>("process_pool_heeds_nothing", look);
  REQUIRE(eventually([&] { return look(0).load() == 1; }));
  const auto held = sut.submit<std::int64_t>("process_pool_wait_at", gate.view(), 0);
  gate.until_one_waits_at(0);
  std::vector<future<std::int64_t>> waiting;
  for (std::int64_t i = 0; i < 20; ++i)
    waiting.push_back(sut.submit<std::int64_t>("process_pool_square", i));
  const auto workers = sut.status().workers;
  const auto victim = workers[0].running == "process_pool_heeds_nothing" ? 0U : 1U;
  sut.signal_worker(victim, SIGKILL);
  const auto why = failure_of(lost);
  CHECK(why.code == actor_errc::worker_died);
  CHECK(why.text.find("SIGKILL") != std::string::npos);
  for (std::int64_t i = 0; i < 20; ++i)
    CHECK(waiting[static_cast<std::size_t>(i)].get() == i * i);
  gate.open(0);
  CHECK(held.get() == 0);
  CHECK(sut.apply<std::int64_t>("process_pool_square", 9) == 81);
}

TEST_CASE("a pool whose workers die again and again of their tasks takes tasks all the same") {
  const leaves_nothing end;
  node sut(with_workers(1));
  for (int i = 0; i < 4; ++i)
    CHECK(failure_of(sut.submit<void>("process_pool_raise", SIGSEGV)).code == actor_errc::worker_died);
  CHECK(sut.apply<std::int64_t>("process_pool_square", 5) == 25);
}
