// Worker processes that come and go as they are told: spares, recycling, resizing, draining, limits.
#include <doctest/doctest.h>

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <set>
#include <stdexcept>
#include <thread>

#include <sched.h>
#include <unistd.h>

#include <pinion/pinion.hpp>

#include <support/doors.hpp>
#include <support/failure_of.hpp>
#include <support/hold.hpp>
#include <support/leaves_nothing.hpp>
#include <support/named_node.hpp>
#include <support/pool.hpp>
#include <support/process.hpp>
#include <support/scratch_directory.hpp>
#include <support/spawn_in.hpp>

using namespace pinion;
using test::eventually;
using test::failure_of;
using test::leaves_nothing;
using test::numbers_to;
using test::spawn_in;
using namespace std::chrono_literals;

namespace {

std::int64_t prepared = 0; // in a worker: what its initializer was told

std::int64_t pid() { return ::getpid(); }
std::int64_t pid_of(std::int64_t) { return ::getpid(); }
std::int64_t linger(double seconds, context& run) {
  test::take_time(run, seconds);
  return ::getpid();
}
std::string whereabouts() {
  cpu_set_t set;
  CPU_ZERO(&set);
  ::sched_getaffinity(0, sizeof set, &set);
  std::string result;
  for (int i = 0; i < CPU_SETSIZE; ++i)
    if (CPU_ISSET(static_cast<std::size_t>(i), &set))
      result += (result.empty() ? "" : ",") + std::to_string(i);
  return result;
}
void ready_up(std::int64_t what, std::string_view text) {
  prepared = what + static_cast<std::int64_t>(text.size());
}
std::int64_t was_prepared() { return prepared; }
void never_ready() { throw std::runtime_error("no model there"); }
std::int64_t grab(std::int64_t bytes) {
  std::vector<char> all(static_cast<std::size_t>(bytes), 1);
  return all[all.size() / 2];
}
// Keeps what it has taken, as a kernel that leaks does.
std::int64_t leak(std::int64_t bytes) {
  static std::vector<std::vector<char>> kept;
  kept.emplace_back(static_cast<std::size_t>(bytes), 1);
  return ::getpid();
}
void throw_nested() {
  try {
    try {
      throw std::out_of_range("row 7");
    } catch (...) {
      std::throw_with_nested(std::invalid_argument("bad table"));
    }
  } catch (...) {
    std::throw_with_nested(std::runtime_error("cannot load"));
  }
}
// Dies as long as the file has lines left, one for each death.
std::int64_t dies_sometimes(std::string_view file) {
  std::ifstream in{std::string(file)};
  int left = 0;
  in >> left;
  in.close();
  if (left > 0) {
    std::ofstream(std::string(file)) << left - 1;
    ::raise(SIGKILL);
  }
  return 42;
}

config small() {
  config result;
  result.workers = 1;
  return result;
}

// A node that is paused and has as many tasks as may wait, of a thread: its next would be held up.
struct full_node {
  explicit full_node(std::size_t most) : sut(waiting(most)) {
    sut.wait_ready();
    sut.pause();
    for (std::size_t i = 0; i < most; ++i)
      tasks.push_back(sut.submit<std::int64_t>("pool_pid"));
  }
  static config waiting(std::size_t most) {
    auto result = small();
    result.max_queue = most;
    result.when_full = full_policy::wait;
    return result;
  }
  const leaves_nothing end;
  node sut;
  std::vector<future<std::int64_t>> tasks;
};

std::size_t count(const node& where, worker_status::state state, worker_status::duty as) {
  std::size_t result = 0;
  for (const auto& each : where.status().workers)
    result += each.now == state && each.as == as ? 1 : 0;
  return result;
}

bool has_ready_spare(const node& where) {
  return count(where, worker_status::state::idle, worker_status::duty::spare) > 0;
}

} // namespace

PINION_KERNELS(k) {
  k.add("pool_pid", pid);
  k.add("pool_pid_of", pid_of);
  k.add("pool_hold", linger);
  k.add("pool_wait_at", test::doors::wait_at);
  k.add("pool_whereabouts", whereabouts);
  k.add("pool_prepare", ready_up);
  k.add("pool_was_prepared", was_prepared);
  k.add("pool_never_ready", never_ready);
  k.add("pool_grab", grab);
  k.add("pool_leak", leak);
  k.add("pool_throw_nested", throw_nested);
  k.add("pool_dies_sometimes", dies_sometimes);
  k.add("pool_dies_idempotently", dies_sometimes, kernel_traits{.idempotent = true});
}

TEST_CASE("a spare takes the place of a killed worker before the next process is there") {
  const leaves_nothing end;
  auto settings = small();
  settings.spare_workers = 1;
  node sut(settings);
  sut.wait_ready();
  REQUIRE(eventually([&] { return has_ready_spare(sut); }));
  const auto before = sut.status();
  const auto first = sut.apply<std::int64_t>("pool_pid");
  CHECK(first == before.workers[0].pid);
  sut.signal_worker(0, SIGKILL);
  // One that the killed worker was just sent goes to the next.
  task_options again;
  again.idempotent = true;
  const auto next = [&] { return sut.submit<std::int64_t>(again, "pool_pid").get(); };
  REQUIRE(eventually([&] { return next() != first; }));
  CHECK(next() == before.workers[1].pid);
  // And there is a spare again, in the other slot.
  CHECK(eventually([&] { return has_ready_spare(sut); }));
  CHECK(sut.status().workers[0].as == worker_status::duty::spare);
}

TEST_CASE("a worker is replaced after so many tasks, without a task lost or refused") {
  const leaves_nothing end;
  auto settings = small();
  settings.workers = 2;
  settings.recycle_tasks = 25;
  node sut(settings);
  sut.wait_ready();
  std::set<std::int64_t> processes;
  CHECK(eventually([&] {
    std::vector<future<std::int64_t>> all;
    for (int j = 0; j < 25; ++j)
      all.push_back(sut.submit<std::int64_t>("pool_pid"));
    for (auto& each : all)
      processes.insert(each.get());
    return sut.status().recycled >= 5;
  }));
  CHECK(processes.size() >= 5);
  CHECK(sut.status().failed == 0);
}

TEST_CASE("a worker that keeps more memory than it should makes place for a fresh one") {
  const leaves_nothing end;
  auto settings = small();
  settings.recycle_memory = std::size_t{64} << 20U;
  node sut(settings);
  const auto first = sut.apply<std::int64_t>("pool_leak", 80 << 20);
  CHECK(eventually([&] { return sut.apply<std::int64_t>("pool_pid") != first; }));
  CHECK(sut.status().recycled == 1);
}

TEST_CASE("idle workers leave and come back when there is work") {
  const leaves_nothing end;
  config settings;
  settings.workers = 2;
  settings.min_workers = 1;
  settings.idle_timeout = 50ms;
  node sut(settings);
  sut.wait_ready();
  REQUIRE(eventually([&] { return test::children_of(::getpid()).size() == 1; }));
  const auto resting = [&] {
    std::size_t result = 0;
    for (const auto& each : sut.status().workers)
      result += each.now == worker_status::state::resting ? 1 : 0;
    return result;
  };
  CHECK(eventually([&] { return resting() == 1; }));
  const auto first = sut.submit<std::int64_t>("pool_hold", 1000.0);
  const auto second = sut.submit<std::int64_t>("pool_hold", 1000.0);
  CHECK(eventually([&] { return count(sut, worker_status::state::busy, worker_status::duty::active) == 2; }));
  first.cancel();
  second.cancel();
}

TEST_CASE("a pool grows and shrinks while it runs, and its workers have their processors each time") {
  const leaves_nothing end;
  auto settings = small();
  node sut(settings);
  sut.wait_ready();
  sut.resize(3);
  REQUIRE(
      eventually([&] { return count(sut, worker_status::state::idle, worker_status::duty::active) == 3; }));
  std::vector<future<std::int64_t>> all;
  for (int i = 0; i < 200; ++i)
    all.push_back(sut.submit<std::int64_t>("pool_hold", 0.001));
  sut.resize(1);
  for (auto& each : all)
    CHECK(each.get() > 0);
  CHECK(eventually([&] { return test::children_of(::getpid()).size() == 1; }));
  const auto left = sut.status();
  std::string shown;
  for (const auto& each : left.workers)
    if (each.now != worker_status::state::resting)
      shown = each.processors;
  CHECK(sut.apply<std::string>("pool_whereabouts") == shown);
  CHECK(shown == sut.status().workers[0].processors);
  CHECK_THROWS_AS(sut.resize(0), std::system_error);
  CHECK_THROWS_AS(sut.resize(5000), std::system_error);
  sut.resize(2);
  CHECK(eventually([&] { return count(sut, worker_status::state::idle, worker_status::duty::active) == 2; }));
}

TEST_CASE("a drained node is done with what it had, refuses what comes, and goes on when it is told to") {
  const leaves_nothing end;
  node sut(small());
  const test::doors gate(sut, 1);
  const auto running = sut.submit<std::int64_t>("pool_wait_at", gate.view(), 0);
  const auto waits = sut.submit<std::int64_t>("pool_pid");
  CHECK(!sut.drain(1ms));
  CHECK(failure_of([&] { sut.apply<std::int64_t>("pool_pid"); }).code == actor_errc::draining);
  gate.open(0);
  CHECK(sut.drain());
  CHECK(running.ready());
  CHECK(waits.ready());
  sut.resume();
  CHECK(sut.apply<std::int64_t>("pool_pid") > 0);
}

TEST_CASE("a paused node keeps what comes and hands it out when it goes on") {
  const leaves_nothing end;
  node sut(small());
  sut.wait_ready();
  sut.pause();
  const auto waits = sut.submit<std::int64_t>("pool_pid");
  CHECK(!waits.wait_for(50ms));
  CHECK(sut.status().phase == pool_phase::paused);
  CHECK(sut.status().queued == 1);
  sut.resume();
  CHECK(waits.get() > 0);
}

TEST_CASE("when_full = wait holds up the threads that submit, and nobody else") {
  full_node full(4);
  auto& sut = full.sut;
  std::atomic<bool> let_in{false}; // written by the thread below
  std::thread next([&] {
    const auto late = sut.submit<std::int64_t>("pool_pid");
    let_in = true;
    CHECK(late.get() > 0);
  });
  // One with a deadline waits no longer than that.
  task_options hurried;
  hurried.timeout = 20ms;
  CHECK(failure_of([&] { sut.submit<std::int64_t>(hurried, "pool_pid").get(); }).code ==
        actor_errc::deadline_passed);
  CHECK(!let_in);
  CHECK(sut.status().queued == 4);
  sut.resume();
  next.join();
  for (int i = 0; i < 100; ++i)
    full.tasks.push_back(sut.submit<std::int64_t>("pool_pid"));
  for (auto& each : full.tasks)
    CHECK(each.get() > 0);
}

TEST_CASE("when_full = wait gives who must not wait the same room once more, and bounds it") {
  full_node full(4);
  auto& sut = full.sut;
  std::atomic<int> results{0}; // written on the actor's thread, as the next
  std::atomic<int> refused{0};
  spawn_in(sut.system(), [&](caf::event_based_actor* self) {
    for (int i = 0; i < 10; ++i)
      ask<std::int64_t>(self, sut, "pool_pid")
          .then([&](std::int64_t) { ++results; },
                [&](const caf::error& why) { refused += code_of(why) == actor_errc::overloaded ? 1 : 100; });
  });
  CHECK(eventually([&] { return refused == 6; }));
  CHECK(sut.status().queued == 8);
  sut.resume();
  for (auto& each : full.tasks)
    CHECK(each.get() > 0);
  CHECK(eventually([&] { return results == 4; }));
  CHECK(refused == 6);
}

TEST_CASE("a map is neither held up nor refused where tasks wait for room") {
  full_node full(2);
  auto& sut = full.sut;
  std::thread other([&] {
    for (const auto pid : sut.map<std::int64_t>("pool_pid_of", numbers_to(100)))
      CHECK(pid > 0);
  });
  CHECK(eventually([&] { return sut.status().queued > 2; }));
  sut.resume();
  other.join();
}

TEST_CASE("when_full = shed lets the newest wait and tells the oldest when to try again") {
  const leaves_nothing end;
  auto settings = small();
  settings.max_queue = 2;
  settings.when_full = full_policy::shed;
  node sut(settings);
  sut.wait_ready();
  sut.pause();
  const auto oldest = sut.submit<std::int64_t>("pool_pid");
  const auto newer = sut.submit<std::int64_t>("pool_pid");
  const auto newest = sut.submit<std::int64_t>("pool_pid");
  const auto why = failure_of([&] { oldest.get(); });
  CHECK(why.code == actor_errc::overloaded);
  CHECK(why.text.find("made room for a newer task") != std::string::npos);
  sut.resume();
  CHECK(newer.get() > 0);
  CHECK(newest.get() > 0);
  CHECK(sut.status().shed == 1);
}

TEST_CASE("an initializer runs in each worker before its first task, also in one that comes later") {
  const leaves_nothing end;
  auto settings = small();
  settings.workers = 2;
  settings.initializer = {"pool_prepare", 40, "ab"};
  node sut(settings);
  for (int i = 0; i < 20; ++i)
    CHECK(sut.apply<std::int64_t>("pool_was_prepared") == 42);
  sut.signal_worker(0, SIGKILL);
  sut.signal_worker(1, SIGKILL);
  task_options again;
  again.idempotent = true;
  for (int i = 0; i < 20; ++i)
    CHECK(sut.submit<std::int64_t>(again, "pool_was_prepared").get() == 42);
}

TEST_CASE("an initializer that fails is told to whoever waits, with the kernel and what it threw") {
  const leaves_nothing end;
  auto settings = small();
  settings.restart_limit = 2;
  settings.log_level = "off";
  settings.initializer = {"pool_never_ready"};
  node sut(settings);
  const auto why = failure_of([&] { sut.apply<std::int64_t>("pool_pid"); });
  CHECK(why.code == actor_errc::no_workers);
  CHECK(why.text.find("its initializer failed: pool_never_ready: std::runtime_error: no model there") !=
        std::string::npos);
}

TEST_CASE("an initializer that does not exist, or does not fit, is refused when the node is made") {
  const leaves_nothing end;
  auto settings = small();
  settings.initializer = {"pool_prepaer", 1, "x"};
  CHECK(failure_of([&] { node sut(settings); }).text.find("did you mean \"pool_prepare\"") !=
        std::string::npos);
  settings.initializer = {"pool_prepare", 1};
  CHECK(failure_of([&] { node sut(settings); }).text.find("initializer: ") != std::string::npos);
}

TEST_CASE("a kernel that wants more memory than its worker may have fails, and its worker goes on") {
  const leaves_nothing end;
  auto settings = small();
  settings.worker_memory = std::size_t{128} << 20U;
  node sut(settings);
  CHECK(sut.apply<std::int64_t>("pool_grab", 32 << 20) == 1);
  const auto before = sut.apply<std::int64_t>("pool_pid");
  const auto why = failure_of([&] { sut.apply<std::int64_t>("pool_grab", 512 << 20); });
#if defined(__SANITIZE_ADDRESS__)
  // The sanitizer's allocator ends the process where another one throws.
  CHECK((why.code == actor_errc::out_of_memory || why.code == actor_errc::worker_died));
#else
  CHECK(why.code == actor_errc::out_of_memory);
  CHECK(why.text.find("std::bad_alloc") != std::string::npos);
#endif
  if (why.code == actor_errc::out_of_memory)
    CHECK(sut.apply<std::int64_t>("pool_pid") == before);
  // Arrays are not its own.
  const auto large = sut.full<double>({40, 1 << 20}, 1.0);
  CHECK(sut.apply<std::int64_t>("pool_grab", 1 << 20) == 1);
}

TEST_CASE("an exception comes back with its type and with what is nested in it") {
  const leaves_nothing end;
  node sut(small());
  const auto why = failure_of([&] { sut.apply<argument>("pool_throw_nested"); });
  CHECK(why.code == actor_errc::kernel_failed);
  CHECK(why.text ==
        "pool_throw_nested: std::runtime_error: cannot load; caused by std::invalid_argument: bad "
        "table; caused by std::out_of_range: row 7");
  CHECK(why.causes ==
        std::vector<std::string>{"std::invalid_argument: bad table", "std::out_of_range: row 7"});
  CHECK(why.type == "std::runtime_error");
}

TEST_CASE("a kernel that was added as idempotent runs again when its worker dies, another one does not") {
  const leaves_nothing end;
  const test::scratch_directory files("pool");
  const auto file = (files / "deaths").string();
  node sut(small());
  std::ofstream(file) << 2;
  CHECK(sut.apply<std::int64_t>("pool_dies_idempotently", file) == 42);
  std::ofstream(file) << 1;
  CHECK(failure_of([&] { sut.apply<std::int64_t>("pool_dies_sometimes", file); }).code ==
        actor_errc::worker_died);
  std::ofstream(file) << 3;
  CHECK(failure_of([&] {
          sut.apply<std::int64_t>("pool_dies_idempotently", file);
        }).text.find("given up, 3 workers died") != std::string::npos);
}

TEST_CASE("a node of the command line is paused, resized and drained from outside, and says so in ps") {
  const test::own_names names;
  test::running_node lab(names, "lab", "1");
  std::string out;
  std::string err;
  CHECK(test::run({"pause", "lab"}, names) == 0);
  CHECK(test::run({"ps"}, names, &out) == 0);
  CHECK(out.find("paused, `pinion resume` lets it go on") != std::string::npos);
  CHECK(test::run({"call", "--node", "lab", "--timeout", "50ms", "fib", "5"}, names, &out, &err) == 1);
  CHECK(test::run({"resume", "lab"}, names) == 0);
  CHECK(test::run({"resize", "lab", "3"}, names) == 0);
  CHECK(eventually([&] { return test::children_of(lab.node.pid()).size() == 3; }));
  CHECK(test::run({"resize", "lab", "1"}, names) == 0);
  CHECK(eventually([&] { return test::children_of(lab.node.pid()).size() == 1; }));
  CHECK(test::run({"ps"}, names, &out) == 0);
  CHECK(out.find("resting") != std::string::npos);
  test::process slow({test::program, "call", "--node", "lab", "sleep", "8"}, names.environment);
  CHECK(eventually([&] {
    test::run({"ps"}, names, &out);
    return out.find("sleep") != std::string::npos;
  }));
  CHECK(test::run({"drain", "lab", "--timeout", "1ms"}, names, &out, &err) == 1);
  CHECK(err.find("still has tasks to finish") != std::string::npos);
  CHECK(test::run({"drain", "lab"}, names) == 0);
  CHECK(slow.wait() == 0);
  CHECK(test::run({"call", "--node", "lab", "fib", "5"}, names, &out, &err) == 1);
  CHECK(err.find("takes no new task") != std::string::npos);
  CHECK(test::run({"resume", "lab"}, names) == 0);
  CHECK(test::run({"call", "--node", "lab", "fib", "5"}, names, &out) == 0);
  CHECK(test::run({"resize", "lab"}, names, nullptr, &err) == 2);
  CHECK(err.find("WORKERS is missing") != std::string::npos);
  CHECK(test::run({"resize", "lab", "0"}, names, nullptr, &err) == 2);
  CHECK(err.find("expected 1 to 4096") != std::string::npos);
  CHECK(test::run({"resize", "lab", "-1"}, names, nullptr, &err) == 2);
  CHECK(err.find("a pool of -1 workers") != std::string::npos);
  CHECK(test::run({"pause"}, names, nullptr, &err) == 2);
  CHECK(test::run({"pause", "lba"}, names, nullptr, &err) == 1);
  CHECK(err.find("did you mean `lab`") != std::string::npos);
}

TEST_CASE("who waits for all workers does not wait for one that left before it was ready") {
  const leaves_nothing end;
  config settings;
  settings.workers = 3;
  settings.initializer = {"pool_hold", 0.5};
  node sut(settings);
  sut.resize(1);
  sut.wait_ready();
  CHECK(sut.apply<std::int64_t>("pool_pid") > 0);
}

TEST_CASE("each connection of the command line is a client of its own, with a share of its own") {
  const test::own_names names;
  test::running_node lab(
      names, {test::program, "node", "--name", "lab", "--workers", "1", "--max-client-queue", "1"});
  const auto call = [&] {
    return std::make_unique<test::process>(
        std::vector<std::string>{test::program, "call", "--node", "lab", "sleep", "0.1"}, names.environment);
  };
  CHECK(test::run({"pause", "lab"}, names) == 0);
  const auto first = call();
  const auto second = call();
  std::string out;
  CHECK(eventually([&] {
    test::run({"ps"}, names, &out);
    return out.find("2 waiting") != std::string::npos;
  }));
  CHECK(test::run({"resume", "lab"}, names) == 0);
  CHECK(first->wait() == 0);
  CHECK(second->wait() == 0);
}

TEST_CASE("an initializer that fails in every worker is logged once") {
  const test::own_names names;
  std::string err;
  CHECK(
      test::run({"call", "--workers", "3", "--restart-limit", "1", "--initializer", "fail boom", "fib", "3"},
                names, nullptr, &err) == 1);
  const std::string said = "is given up: its initializer failed: fail: std::runtime_error: boom";
  const auto at = err.find(said);
  REQUIRE(at != std::string::npos);
  CHECK(err.find(said, at + 1) == std::string::npos);
}
