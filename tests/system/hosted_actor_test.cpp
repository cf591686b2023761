// Actors with processes of their own, which die in all ways and come back.
#include <doctest/doctest.h>

#include <csignal>
#include <stdexcept>
#include <thread>

#include <sched.h>
#include <unistd.h>

#include <pinion/pinion.hpp>

#include <support/hosted.hpp>
#include <support/leaves_nothing.hpp>
#include <support/process.hpp>

using namespace pinion;
using namespace std::chrono_literals;
using test::ask_for;
using test::eventually;
using test::leaves_nothing;
using test::why_not;

namespace {

using add = caf::atom_constant<caf::atom("add")>;
using total = caf::atom_constant<caf::atom("total")>;
using pid = caf::atom_constant<caf::atom("pid")>;
using die = caf::atom_constant<caf::atom("die")>;
using die_late = caf::atom_constant<caf::atom("die_late")>;
using fail = caf::atom_constant<caf::atom("fail")>;
using refuse = caf::atom_constant<caf::atom("refuse")>;
using hang = caf::atom_constant<caf::atom("hang")>;
using leave = caf::atom_constant<caf::atom("leave")>;
using grab = caf::atom_constant<caf::atom("grab")>;

struct tally {
  std::int64_t count;
  double sum;
};

// Adds up what it is told, in a state that it commits with each message.
caf::behavior adder(caf::event_based_actor* self, actor_context& here, std::int64_t first) {
  auto state = here.state_value<tally>();
  if (state.version() == 0)
    state.change([&](tally& t) { t.sum = static_cast<double>(first); });
  return {
      [state](add, double x) mutable {
        state.change([x](tally& t) {
          ++t.count;
          t.sum += x;
        });
      },
      [state](total) { return state.get().sum; },
      [](pid) { return std::int64_t{::getpid()}; },
      [](die) { ::raise(SIGKILL); },
      [state](die_late) mutable {
        state.change([](tally& t) {
          t.sum = -1;
          ::raise(SIGKILL);
        });
      },
      [](fail) { throw std::out_of_range("row 7"); },
      [](refuse) -> caf::result<double> { return caf::sec::invalid_argument; },
      [](hang) {
        for (;;)
          ::pause();
      },
      [self](leave) { self->quit(); },
      [](grab, std::int64_t bytes) {
        std::vector<char> all(static_cast<std::size_t>(bytes), 1);
        return std::int64_t{all[all.size() / 2]};
      },
  };
}

caf::behavior never_ready(caf::event_based_actor*, actor_context&) {
  throw std::runtime_error("no model there");
}

config small(const char* log_level = "error") {
  config result;
  result.workers = 1;
  result.log_level = log_level;
  return result;
}

actor_options counted() {
  actor_options how;
  how.with_state_value(tally{0, 0});
  return how;
}

} // namespace

PINION_KERNELS(k) {
  k.add_actor("adder", adder);
  k.add_actor("never_ready", never_ready);
}

TEST_CASE("an actor answers from a process of its own, and messages sent before it is ready wait") {
  const leaves_nothing after;
  node sut(small());
  const auto one = sut.spawn_actor("adder", counted(), 40);
  caf::scoped_actor self{sut.system()};
  self->send(one.handle(), add::value, 1.5);
  CHECK(ask_for<double>(self, one, total::value) == 41.5);
  CHECK(ask_for<std::int64_t>(self, one, pid::value) == one.status().pid);
  CHECK(one.status().pid != ::getpid());
  CHECK(one.status().name == "adder");
  CHECK(one.status().now == actor_status::state::up);
  CHECK(one.status().life == 1);
  CHECK(eventually([&] { return one.status().handled == 3; }));
}

TEST_CASE("the handle and the state of an actor outlive its processes") {
  const leaves_nothing after;
  node sut(small());
  auto how = counted();
  how.restarts = 100;
  const auto one = sut.spawn_actor("adder", how, 0);
  caf::scoped_actor self{sut.system()};
  for (int i = 1; i <= 5; ++i) {
    self->send(one.handle(), add::value, 1.0);
    REQUIRE(ask_for<double>(self, one, total::value) == i);
    const auto dead = one.status().pid;
    one.signal(SIGKILL);
    REQUIRE(eventually([&] { return one.status().life == static_cast<std::uint64_t>(i + 1); }));
    REQUIRE(ask_for<std::int64_t>(self, one, pid::value) != dead);
    REQUIRE(one.status().life == static_cast<std::uint64_t>(i + 1));
  }
  CHECK(one.state_value<tally>().count == 5);
}

TEST_CASE("a message that kills fails with the cause, and those behind it are answered by the next process") {
  const leaves_nothing after;
  node sut(small());
  const auto one = sut.spawn_actor("adder", counted(), 7);
  caf::scoped_actor self{sut.system()};
  auto killing = self->request(one.handle(), caf::infinite, die::value);
  auto behind = self->request(one.handle(), caf::infinite, total::value);
  failure why;
  killing.receive([] {}, [&](const caf::error& e) { why = failure_of(e); });
  CHECK(why.code == actor_errc::worker_died);
  CHECK(why.text.find("adder") != std::string::npos);
  CHECK(why.text.find("SIGKILL") != std::string::npos);
  double got = 0;
  behind.receive([&](double x) { got = x; }, [](const caf::error& e) { FAIL(text_of(e)); });
  CHECK(got == 7);
  CHECK(eventually([&] { return one.status().failed == 1; }));
}

TEST_CASE("a state that is half written when its process is killed is never seen") {
  const leaves_nothing after;
  node sut(small());
  const auto one = sut.spawn_actor("adder", counted(), 7);
  caf::scoped_actor self{sut.system()};
  self->send(one.handle(), add::value, 1.0);
  CHECK(why_not(self, one, die_late::value).code == actor_errc::worker_died);
  CHECK(one.state_value<tally>().sum == 8);
  CHECK(ask_for<double>(self, one, total::value) == 8);
}

TEST_CASE("a handler that throws tells its asker what, and the actor begins anew") {
  const leaves_nothing after;
  node sut(small());
  const auto one = sut.spawn_actor("adder", counted(), 7);
  caf::scoped_actor self{sut.system()};
  const auto why = why_not(self, one, fail::value);
  CHECK(why.code == actor_errc::kernel_failed);
  CHECK(why.text == "adder: std::out_of_range: row 7");
  CHECK(why.type == "std::out_of_range");
  CHECK(ask_for<double>(self, one, total::value) == 7);
  CHECK(one.status().life == 2);
  CHECK(one.status().cause == "adder: std::out_of_range: row 7");
}

TEST_CASE("an error that a handler returns is its answer, and nobody dies of it") {
  const leaves_nothing after;
  node sut(small());
  const auto one = sut.spawn_actor("adder", counted(), 7);
  caf::scoped_actor self{sut.system()};
  caf::error got;
  self->request(one.handle(), caf::infinite, refuse::value)
      .receive([](double) { FAIL("a result"); }, [&](caf::error& e) { got = e; });
  CHECK(got == caf::sec::invalid_argument);
  CHECK(ask_for<double>(self, one, total::value) == 7);
  CHECK(one.status().life == 1);
}

TEST_CASE("an actor that cannot begin is given up, and its messages are told why") {
  const leaves_nothing after;
  node sut(small("off"));
  actor_options how;
  how.restarts = 2;
  const auto one = sut.spawn_actor("never_ready", how);
  caf::scoped_actor self{sut.system()};
  const auto why = why_not(self, one, total::value);
  CHECK(why.code == actor_errc::worker_died);
  CHECK(why.text.find("given up") != std::string::npos);
  CHECK(why.text.find("no model there") != std::string::npos);
  CHECK(one.status().now == actor_status::state::given_up);
  CHECK(one.status().life == 3);
  // Also those that come later.
  CHECK(why_not(self, one, total::value).text == why.text);
}

TEST_CASE("an actor that dies too often is given up") {
  const leaves_nothing after;
  node sut(small("off"));
  auto how = counted();
  how.restarts = 2;
  const auto one = sut.spawn_actor("adder", how, 0);
  caf::scoped_actor self{sut.system()};
  for (int i = 0; i < 3; ++i)
    CHECK(why_not(self, one, die::value).code == actor_errc::worker_died);
  CHECK(why_not(self, one, total::value).text.find("given up") != std::string::npos);
  CHECK(one.status().now == actor_status::state::given_up);
}

TEST_CASE("messages may fail while an actor is being started again instead of waiting") {
  const leaves_nothing after;
  node sut(small());
  auto how = counted();
  how.wait_for_restart = false;
  const auto one = sut.spawn_actor("adder", how, 7);
  caf::scoped_actor self{sut.system()};
  CHECK(ask_for<double>(self, one, total::value) == 7); // the first process is waited for
  auto killing = self->request(one.handle(), caf::infinite, die::value);
  auto behind = self->request(one.handle(), caf::infinite, total::value);
  killing.receive([] {}, [&](const caf::error& e) { CHECK(code_of(e) == actor_errc::worker_died); });
  behind.receive([&](double) { FAIL("an answer"); },
                 [](const caf::error& e) { CHECK(code_of(e) == actor_errc::restarting); });
  CHECK(eventually([&] { return one.status().now == actor_status::state::up; }));
  CHECK(ask_for<double>(self, one, total::value) == 7);
}

TEST_CASE("a message may be handled again by the next process, as often as it may") {
  const leaves_nothing after;
  node sut(small());
  auto how = counted();
  how.attempts = 2;
  const auto one = sut.spawn_actor("adder", how, 0);
  caf::scoped_actor self{sut.system()};
  const auto why = why_not(self, one, die::value);
  CHECK(why.code == actor_errc::worker_died);
  CHECK(why.text.find("as did 1 before it") != std::string::npos);
  CHECK(ask_for<double>(self, one, total::value) == 0);
  CHECK(one.status().life == 3);
}

TEST_CASE("a message whose time passes fails, and a process that is stuck at it is replaced") {
  const leaves_nothing after;
  node sut(small());
  auto how = counted();
  how.timeout = 2s;
  const auto one = sut.spawn_actor("adder", how, 3);
  caf::scoped_actor self{sut.system()};
  REQUIRE(ask_for<double>(self, one, total::value) == 3);
  const auto why = why_not(self, one, hang::value);
  CHECK(why.code == actor_errc::deadline_passed);
  CHECK(eventually([&] { return one.status().life == 2 && one.status().now == actor_status::state::up; }));
  CHECK(ask_for<double>(self, one, total::value) == 3);
  CHECK(one.status().cause.find("longer than its time") != std::string::npos);
}

TEST_CASE("an actor ends by itself, or when it is told to, and its messages are told so") {
  const leaves_nothing after;
  node sut(small());
  const auto one = sut.spawn_actor("adder", counted(), 0);
  caf::scoped_actor self{sut.system()};
  self->send(one.handle(), leave::value);
  CHECK(eventually([&] { return one.status().now == actor_status::state::ended; }));
  CHECK(why_not(self, one, total::value).text == "adder: it has ended");
  // Its name is free again.
  const auto next = sut.spawn_actor("adder", counted(), 5);
  CHECK(next.status().name == "adder");
  CHECK(ask_for<double>(self, next, total::value) == 5);
  next.end();
  CHECK(eventually([&] { return next.status().now == actor_status::state::ended; }));
  CHECK(why_not(self, next, total::value).code == actor_errc::cancelled);
}

TEST_CASE("an actor that takes more memory than it may dies of that, and says so") {
  const leaves_nothing after;
  node sut(small("off"));
  auto how = counted();
  how.memory = std::size_t{128} << 20U;
  const auto one = sut.spawn_actor("adder", how, 7);
  caf::scoped_actor self{sut.system()};
  CHECK(ask_for<std::int64_t>(self, one, grab::value, std::int64_t{1} << 20) == 1);
  const auto why = why_not(self, one, grab::value, std::int64_t{1} << 30);
#if defined(__SANITIZE_ADDRESS__)
  // The sanitizer's allocator ends the process where another one throws.
  CHECK((why.code == actor_errc::out_of_memory || why.code == actor_errc::worker_died));
#else
  CHECK(why.code == actor_errc::out_of_memory);
#endif
  CHECK(ask_for<double>(self, one, total::value) == 7);
}
