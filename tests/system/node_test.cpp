#include <doctest/doctest.h>

#include <atomic>
#include <csignal>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <thread>

#include <poll.h>
#include <sched.h>
#include <unistd.h>

#include <pinion/pinion.hpp>

#include <support/failure_of.hpp>
#include <support/leaves_nothing.hpp>
#include <support/process.hpp>
#include <support/shm_left.hpp>
#include <support/spawn_in.hpp>

using namespace pinion;
using test::failure_of;
using test::leaves_nothing;
using test::spawn_in;
using namespace std::chrono_literals;

namespace {

void halve(view<double> x) {
  for (auto& each : x)
    each /= 2;
}
double total(view<const double> x) {
  double result = 0;
  for (const auto each : x)
    result += each;
  return result;
}
void spin_until_stopped(context& c) {
  while (!c.stop_requested())
    ;
}
// Reads only, so that many may look at one gate.
std::int64_t pass(view<const std::int32_t> gate) {
  const std::atomic_ref<std::int32_t> state(const_cast<std::int32_t&>(gate(0)));
  while (state.load() == 1)
    std::this_thread::yield();
  return state.load();
}
[[noreturn]] void spin_for_ever() {
  for (std::atomic<bool> no = false;;)
    if (no)
      std::abort();
}
void leave(std::int64_t code) { ::_exit(static_cast<int>(code)); }
void raise_signal(std::int64_t number) { ::raise(static_cast<int>(number)); }
std::int64_t own_pid() { return ::getpid(); }
std::int64_t text_length(std::string_view text) { return static_cast<std::int64_t>(text.size()); }
void talk_and_die() {
  for (int i = 0; i < 100; ++i)
    std::printf("last line %d\n", i);
  std::fflush(stdout);
  ::_exit(1);
}
/// Dies while a child of its own holds the link open, until the node has let go of it.
void leave_an_orphan() {
  if (::fork() == 0) {
    pollfd link{3, 0, 0}; // its end alone
    ::poll(&link, 1, -1);
    ::_exit(0);
  }
  ::raise(SIGKILL);
}
std::int64_t processors() {
  cpu_set_t set;
  CPU_ZERO(&set);
  ::sched_getaffinity(0, sizeof set, &set);
  return CPU_COUNT(&set);
}
std::string variable(std::string_view name) {
  const auto* value = std::getenv(std::string(name).c_str());
  return value == nullptr ? "(none)" : value;
}
std::int64_t open_descriptors() {
  std::int64_t result = 0;
  for ([[maybe_unused]] const auto& each : std::filesystem::directory_iterator("/proc/self/fd"))
    ++result;
  return result;
}

config some_workers(std::size_t count) {
  config result;
  result.workers = count;
  result.default_kernels = false;
  return result;
}

/// What a node says that cannot join a system of this configuration.
std::string refusal_to_join(caf::actor_system_config& cfg) {
  caf::actor_system system(cfg);
  try {
    node sut(some_workers(1), system);
  } catch (const std::system_error& why) {
    return why.what();
  }
  return "it joined";
}

/// A fault that strikes in the workers of this process, and not in itself.
struct only_in_workers {
  explicit only_in_workers(const char* variable) : variable_(variable) {
    ::setenv(variable, std::to_string(::getpid()).c_str(), 1);
  }
  ~only_in_workers() { ::unsetenv(variable_); }
  static bool here(const char* variable) {
    const auto* node = std::getenv(variable);
    return node != nullptr && std::stol(node) != ::getpid();
  }
  const char* variable_;
};

/// Nothing of a node is left: no process, no segment. Declared before the node.
} // namespace

PINION_KERNELS(k) {
  if (only_in_workers::here("PINION_TEST_THROW"))
    throw std::runtime_error("no kernels today");
  if (only_in_workers::here("PINION_TEST_OTHER"))
    k.add("one_more", own_pid);
  k.add("halve", halve);
  k.add("total", total);
  k.add("spin_until_stopped", spin_until_stopped);
  k.add("spin_for_ever", spin_for_ever);
  k.add("leave", leave);
  k.add("raise", raise_signal);
  k.add("pass", pass);
  k.add("gate", pass); // the same under a name of its own, with a mean of its own
  k.add("long_text", [](std::int64_t size) { return std::string(static_cast<std::size_t>(size), 'x'); });
  k.add("own_pid", own_pid);
  k.add("orphan", leave_an_orphan);
  k.add("talk_and_die", talk_and_die);
  k.add("text_length", text_length);
  k.add("processors", processors);
  k.add("variable", variable);
  k.add("open_descriptors", open_descriptors);
}

TEST_CASE("kernels run in other processes on the caller's own array, which is not copied") {
  const leaves_nothing proof;
  node sut(some_workers(2));
  auto a = sut.zeros<double>({100, 50});
  for (auto& each : a)
    each = 2.0;
  CHECK(sut.submit<std::int64_t>("own_pid").get() != ::getpid());
  sut.submit<void>("halve", a).get();
  CHECK(a(99, 49) == 1.0);
  CHECK(sut.submit<double>("total", a).get() == 5000.0);
  CHECK(sut.submit<double>("total", a.row(3)).get() == 50.0);
  CHECK(sut.submit<double>("total", a.slice(0, 0, 100, 2).transpose()).get() == 2500.0);
}

TEST_CASE("an array lives until the task that uses it is over, though its handle is gone") {
  const leaves_nothing proof;
  node sut(some_workers(1));
  future<double> later;
  {
    auto a = sut.zeros<double>({1000});
    a(5) = 4.0;
    later = sut.submit<double>("total", a);
  }
  CHECK(later.get() == 4.0);
  REQUIRE(test::eventually([&] { return sut.arrays().stats().blocks == 0; }));
}

TEST_CASE("a worker that dies is replaced, and only its task hears of it, with the cause") {
  const leaves_nothing proof;
  node sut(some_workers(2));
  sut.wait_ready();
  const auto died = failure_of(sut.submit<void>("raise", SIGKILL));
  CHECK(died.code == actor_errc::worker_died);
  CHECK(died.text.find("raise: worker ") == 0);
  CHECK(died.text.find("SIGKILL") != std::string::npos);
  CHECK(failure_of(sut.submit<void>("leave", 3)).text.find("exited with code 3") != std::string::npos);
  // Both places work again.
  for (int slot = 0; slot < 2; ++slot) {
    task_options there;
    there.worker = slot;
    CHECK(sut.submit<std::int64_t>(there, "own_pid").get() > 0);
  }
}

TEST_CASE("tasks that wait behind a killed worker are done by its successor") {
  const leaves_nothing proof;
  node sut(some_workers(1));
  std::vector<future<std::int64_t>> all;
  const auto broken = sut.submit<void>("raise", SIGSEGV);
  for (int i = 0; i < 50; ++i)
    all.push_back(sut.submit<std::int64_t>("own_pid"));
  CHECK(failure_of(broken).code == actor_errc::worker_died);
  for (auto& each : all)
    CHECK(each.get() > 0);
}

TEST_CASE("a worker killed from outside while idle is replaced") {
  const leaves_nothing proof;
  node sut(some_workers(1));
  const auto before = sut.submit<std::int64_t>("own_pid").get();
  sut.signal_worker(0, SIGKILL);
  REQUIRE(test::eventually([&] { return sut.status().workers[0].restarts == 1; }));
  CHECK(sut.submit<std::int64_t>("own_pid").get() != before);
}

TEST_CASE("a dead worker whose child holds the link open is answered for all the same") {
  const leaves_nothing proof;
  node sut(some_workers(1));
  const auto broken = sut.submit<void>("orphan");
  const auto next = sut.submit<std::int64_t>("own_pid");
  CHECK(failure_of(broken).code == actor_errc::worker_died);
  CHECK(next.get() > 0);
}

TEST_CASE("a worker stopped while idle costs its task the deadline, and is replaced") {
  const leaves_nothing proof;
  auto settings = some_workers(1);
  settings.grace = 50ms;
  node sut(settings);
  CHECK(sut.submit<std::int64_t>("own_pid").get() > 0);
  sut.signal_worker(0, SIGSTOP);
  task_options soon;
  soon.timeout = 50ms;
  // The signal and the task race, and on a slow machine a time may be over for no other reason: ask until one
  // has met the stopped worker.
  bool late = false;
  REQUIRE(test::eventually([&] {
    late |= failure_of(sut.submit<void>(soon, "own_pid")).code == actor_errc::deadline_passed;
    return sut.status().workers[0].restarts > 0;
  }));
  CHECK(late);
  CHECK(sut.submit<std::int64_t>("own_pid").get() > 0);
}

TEST_CASE("an actor that asks while its node ends is answered") {
  const leaves_nothing proof;
  std::atomic<int> answers = 0;
  for (int round = 0; round < 5; ++round) {
    node sut(some_workers(1));
    sut.submit<std::int64_t>("own_pid").get();
    spawn_in(sut.system(), [&](caf::event_based_actor* self) {
      ask<void>(self, sut, "spin_for_ever")
          .then([] {},
                [&, self](const caf::error&) {
                  // Told that the node stops, it asks again at once.
                  ask<std::int64_t>(self, sut, "own_pid")
                      .then([&](std::int64_t) { ++answers; }, [&](const caf::error&) { ++answers; });
                });
    });
    REQUIRE(test::eventually([&] { return sut.status().sent > 0; }));
  }
  CHECK(answers == 5);
}

TEST_CASE("arguments that are too large for a message are refused with what to do") {
  const leaves_nothing proof;
  node sut(some_workers(1));
  CHECK(sut.submit<std::int64_t>("text_length", std::string(std::size_t{8} << 20U, 'x')).get() == 8 << 20);
  try {
    sut.submit<std::int64_t>("text_length", std::string(std::size_t{65} << 20U, 'x')).get();
    FAIL("no refusal");
  } catch (const task_error& why) {
    CHECK(why.reason() == actor_errc::bad_arguments);
    CHECK(std::string(why.what()).find("64.0 MiB") != std::string::npos);
  }
}

TEST_CASE("a kernel that prints much hurts nobody, and its last words are told") {
  const leaves_nothing proof;
  node sut(some_workers(1));
  const auto why = failure_of(sut.submit<void>("talk_and_die"));
  CHECK(why.text.find("last line 99") != std::string::npos);
}

TEST_CASE("a kernel that heeds the stop request keeps its worker when its deadline passes") {
  const leaves_nothing proof;
  node sut(some_workers(1));
  const auto before = sut.submit<std::int64_t>("own_pid").get();
  task_options soon;
  soon.timeout = 20ms;
  CHECK(failure_of(sut.submit<void>(soon, "spin_until_stopped")).code == actor_errc::deadline_passed);
  CHECK(sut.submit<std::int64_t>("own_pid").get() == before);
}

TEST_CASE("a kernel that heeds nothing is killed after the grace, and the next task runs") {
  const leaves_nothing proof;
  auto settings = some_workers(1);
  settings.grace = 50ms;
  node sut(settings);
  const auto before = sut.submit<std::int64_t>("own_pid").get();
  task_options soon;
  soon.timeout = 20ms;
  // On a slow machine its time may be over before it has begun.
  CHECK(test::eventually([&] {
    CHECK(failure_of(sut.submit<void>(soon, "spin_for_ever")).code == actor_errc::deadline_passed);
    return sut.submit<std::int64_t>("own_pid").get() != before;
  }));
}

TEST_CASE("a node that goes while kernels run takes their workers along and answers their tasks") {
  const leaves_nothing proof;
  future<void> running;
  future<void> waiting;
  {
    node sut(some_workers(1));
    running = sut.submit<void>("spin_for_ever");
    waiting = sut.submit<void>("spin_for_ever");
    REQUIRE(test::eventually([&] { return sut.status().sent > 0; }));
  }
  CHECK(failure_of(running).code == actor_errc::node_stopping);
  CHECK(failure_of(waiting).code == actor_errc::node_stopping);
}

TEST_CASE("an actor asks and goes on, and hears results and faults in its own messages") {
  const leaves_nothing proof;
  node sut(some_workers(1));
  std::atomic<int> answers = 0;
  auto a = sut.zeros<double>({10});
  a(0) = 3.0;
  spawn_in(sut.system(), [&](caf::event_based_actor* self) {
    ask<double>(self, sut, "total", a)
        .then([&](double d) { answers += d == 3.0 ? 1 : 100; }, [&](const caf::error&) { answers += 1000; });
    ask<double>(self, sut, "totl", a)
        .then([&](double) { answers += 1000; },
              [&](const caf::error& why) {
                answers += code_of(why) == actor_errc::unknown_kernel &&
                                   text_of(why).find("total") != std::string::npos
                               ? 1
                               : 100;
              });
    ask<void>(self, sut, "leave", 1)
        .then([&] { answers += 1000; },
              [&](const caf::error& why) { answers += code_of(why) == actor_errc::worker_died ? 1 : 100; });
  });
  CHECK(test::eventually([&] { return answers >= 3; }));
  CHECK(answers == 3);
}

TEST_CASE("waiting for a future in an actor throws instead of hanging") {
  const leaves_nothing proof;
  node sut(some_workers(1));
  std::atomic<int> refusals = 0;
  const auto try_to_wait = [&] {
    try {
      sut.submit<std::int64_t>("own_pid").get();
      refusals += 100;
    } catch (const task_error& why) {
      refusals += why.reason() == actor_errc::would_block ? 1 : 100;
    }
  };
  spawn_in(sut.system(), [&](caf::event_based_actor*) { try_to_wait(); });
  sut.system().middleman().spawn_broker([&](caf::io::broker*, int) { try_to_wait(); }, 0);
  CHECK(test::eventually([&] { return refusals >= 2; }));
  CHECK(refusals == 2);
}

TEST_CASE("a node joins an actor system that the program has") {
  const leaves_nothing proof;
  caf::actor_system_config cfg;
  cfg.load<caf::io::middleman>();
  prepare(cfg);
  caf::actor_system system(cfg);
  {
    node sut(some_workers(2), system);
    CHECK(sut.submit<std::int64_t>("own_pid").get() > 0);
    CHECK(failure_of(sut.submit<void>("leave", 2)).code == actor_errc::worker_died);
    CHECK(sut.submit<std::int64_t>("own_pid").get() > 0);
  }
  node again(some_workers(1), system);
  CHECK(again.submit<std::int64_t>("own_pid").get() > 0);
}

TEST_CASE("an actor system that drops silent connections is refused, as busy workers are silent") {
  caf::actor_system_config cfg;
  cfg.load<caf::io::middleman>();
  prepare(cfg);
  cfg.set("middleman.heartbeat-interval", caf::timespan{200ms});
  cfg.set("middleman.connection-timeout", caf::timespan{1s});
  CHECK(refusal_to_join(cfg).find("middleman.connection-timeout") != std::string::npos);
}

TEST_CASE("an actor system that was not prepared is refused with what to do") {
  caf::actor_system_config cfg;
  cfg.load<caf::io::middleman>();
  CHECK(refusal_to_join(cfg).find("pinion::prepare") != std::string::npos);
}

TEST_CASE("results of quick tasks come while a slow one of the same batch is at work") {
  const leaves_nothing proof;
  node sut(some_workers(1));
  // 0: go on at once; 1: wait until it is something else. So the kernel is quick until it is not.
  auto open = sut.zeros<std::int32_t>({1});
  auto first_gate = sut.zeros<std::int32_t>({1});
  auto second_gate = sut.zeros<std::int32_t>({1});
  for (int i = 0; i < 100; ++i)
    sut.submit<std::int64_t>("pass", open).get();
  first_gate(0) = 1;
  second_gate(0) = 1;
  // While the gate is shut the others gather in the queue, and go to the worker together when it opens.
  const auto first = sut.submit<std::int64_t>("gate", first_gate);
  REQUIRE(test::eventually([&] { return sut.status().workers[0].running == "gate"; }));
  std::vector<future<std::int64_t>> quick;
  for (int i = 0; i < 20; ++i)
    quick.push_back(sut.submit<std::int64_t>("pass", open));
  const auto slow = sut.submit<std::int64_t>("pass", second_gate);
  REQUIRE(test::eventually([&] { return sut.status().queued == 21; }));
  std::atomic_ref(first_gate(0)).store(2);
  CHECK(first.get() == 2);
  for (const auto& each : quick)
    CHECK(each.get() == 0);
  CHECK_FALSE(slow.wait_for(0ms));
  std::atomic_ref(second_gate(0)).store(3);
  CHECK(slow.get() == 3);
}

TEST_CASE("a node is made on one thread, asked on another and destroyed on a third, all of which live on") {
  std::promise<void> end;
  const auto ended = end.get_future().share();
  std::vector<std::thread> threads;
  const auto elsewhere = [&](std::function<void()> what) {
    std::promise<void> done;
    auto is_done = done.get_future();
    threads.emplace_back([&, what = std::move(what)] {
      what();
      done.set_value();
      ended.wait();
    });
    is_done.wait();
  };
  std::unique_ptr<node> sut;
  elsewhere([&] { sut = std::make_unique<node>(some_workers(1)); });
  elsewhere([&] { CHECK(sut->status().workers.size() == 1); });
  elsewhere([&] { sut.reset(); });
  end.set_value();
  for (auto& each : threads)
    each.join();
}

TEST_CASE("two nodes share one actor system, and one goes on when the other has gone") {
  const leaves_nothing proof;
  caf::actor_system_config cfg;
  cfg.load<caf::io::middleman>();
  prepare(cfg);
  caf::actor_system system(cfg);
  node a(some_workers(1), system);
  std::optional<node> b(std::in_place, some_workers(1), system);
  CHECK(a.submit<std::int64_t>("own_pid").get() != b->submit<std::int64_t>("own_pid").get());
  b.reset();
  CHECK(a.submit<std::int64_t>("own_pid").get() > 0);
}

TEST_CASE("an argument that does not lie in shared memory comes out of the future, and of ask") {
  const leaves_nothing proof;
  node sut(some_workers(1));
  double values[3] = {1, 2, 3};
  const view<double> mine(values, c_order({3}));
  const auto why = failure_of(sut.submit<double>("total", mine));
  CHECK(why.code == actor_errc::bad_arguments);
  CHECK(why.text.starts_with("total: "));
  std::atomic<int> answers = 0;
  spawn_in(sut.system(), [&](caf::event_based_actor* self) {
    ask<double>(self, sut, "total", mine)
        .then([&](double) { answers += 100; },
              [&](const caf::error& e) { answers += code_of(e) == actor_errc::bad_arguments ? 1 : 100; });
  });
  CHECK(test::eventually([&] { return answers >= 1; }));
  CHECK(answers == 1);
}

TEST_CASE("a result that is too large for a message is refused, and the worker lives") {
  const leaves_nothing proof;
  node sut(some_workers(1));
  const auto before = sut.submit<std::int64_t>("own_pid").get();
  const auto why = failure_of(sut.submit<std::string>("long_text", 65 << 20));
  CHECK(why.code == actor_errc::kernel_failed);
  CHECK(why.text.find("its result takes 65.0 MiB") != std::string::npos);
  CHECK(sut.submit<std::int64_t>("own_pid").get() == before);
}

TEST_CASE("two nodes in one program do not meet") {
  const leaves_nothing proof;
  node a(some_workers(1));
  node b(some_workers(1));
  CHECK(a.submit<std::int64_t>("own_pid").get() != b.submit<std::int64_t>("own_pid").get());
}

TEST_CASE("a worker is pinned, has as many BLAS threads as processors, and inherits no descriptor") {
  const leaves_nothing proof;
  const int leaked = ::open("/dev/null", O_RDONLY); // without close-on-exec
  node sut(some_workers(2));
  CHECK(sut.submit<std::int64_t>("processors").get() == 1);
  CHECK(sut.submit<std::string>("variable", "OMP_NUM_THREADS").get() == "1");
  CHECK(sut.submit<std::string>("variable", "PINION_WORKER_ORDER").get() == "(none)");
  // 0 to 7, CAF's epoll and its pipe, and the one that counts.
  CHECK(sut.submit<std::int64_t>("open_descriptors").get() <= 13);
  ::close(leaked);
}

TEST_CASE("many tasks from many threads are all answered, each with its own result") {
  const leaves_nothing proof;
  node sut(some_workers(2));
  auto a = sut.zeros<double>({4, 1000});
  for (std::int64_t row = 0; row < 4; ++row)
    for (auto& each : a.row(row))
      each = static_cast<double>(row);
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (std::int64_t row = 0; row < 4; ++row)
    threads.emplace_back([&, row] {
      std::vector<future<double>> mine;
      for (int i = 0; i < 500; ++i)
        mine.push_back(sut.submit<double>("total", a.row(row)));
      for (auto& each : mine)
        wrong += each.get() == static_cast<double>(row) * 1000 ? 0 : 1;
    });
  for (auto& each : threads)
    each.join();
  CHECK(wrong == 0);
}

TEST_CASE("a program whose workers never come up says why") {
  const leaves_nothing proof;
  const only_in_workers broken("PINION_TEST_THROW");
  auto settings = some_workers(2);
  settings.restart_limit = 2;
  node sut(settings);
  const auto refused = failure_of(sut.submit<void>("halve", sut.zeros<double>({1})));
  CHECK(refused.code == actor_errc::no_workers);
  CHECK(refused.text.find("no kernels today") != std::string::npos);
  CHECK_THROWS_AS(sut.wait_ready(), std::system_error);
}

TEST_CASE("a worker whose kernels differ from the node's is sent away") {
  const leaves_nothing proof;
  const only_in_workers other("PINION_TEST_OTHER");
  auto settings = some_workers(1);
  settings.restart_limit = 2;
  node sut(settings);
  const auto refused = failure_of(sut.submit<void>("leave", 0));
  CHECK(refused.code == actor_errc::no_workers);
  CHECK(refused.text.find("kernels differ") != std::string::npos);
}
