// What may be said to actors with processes of their own, and how they are made.
#include <doctest/doctest.h>

#include <csignal>
#include <filesystem>
#include <numeric>
#include <thread>

#include <fcntl.h>
#include <sched.h>
#include <sys/file.h>
#include <unistd.h>

#include <pinion/pinion.hpp>
#include <pinion/runtime/affinity.hpp>

#include <support/failure_of.hpp>
#include <support/hosted.hpp>
#include <support/leaves_nothing.hpp>
#include <support/process.hpp>

using namespace pinion;
using namespace std::chrono_literals;
using test::ask_for;
using test::eventually;
using test::failure_of;
using test::leaves_nothing;
using test::why_not;

namespace {

using sum = caf::atom_constant<caf::atom("sum")>;
using scale = caf::atom_constant<caf::atom("scale")>;
using given = caf::atom_constant<caf::atom("given")>;
using where = caf::atom_constant<caf::atom("where")>;
using later = caf::atom_constant<caf::atom("later")>;
using now = caf::atom_constant<caf::atom("now")>;
using echo = caf::atom_constant<caf::atom("echo")>;
using hang = caf::atom_constant<caf::atom("hang")>;
using who = caf::atom_constant<caf::atom("who")>;
using odd = caf::atom_constant<caf::atom("odd")>;
using rest = caf::atom_constant<caf::atom("rest")>;
using fork_then_die = caf::atom_constant<caf::atom("fork_die")>;

struct point {
  double x = 0;
  double y = 0;
};
template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, point& p) {
  return f(caf::meta::type_name("point"), p.x, p.y);
}
struct stranger {
  double x = 0;
};
template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, stranger& p) {
  return f(caf::meta::type_name("stranger"), p.x);
}

// A file that a child of an actor's process holds a lock on, as long as it lives.
std::string orphan_file(pid_t node) {
  return (std::filesystem::temp_directory_path() / ("pinion-orphan-" + std::to_string(node))).string();
}
int orphan_lock(pid_t node) {
  const auto file = ::open(orphan_file(node).c_str(), O_RDWR | O_CREAT | O_TRUNC, 0600);
  ::flock(file, LOCK_EX);
  return file;
}

caf::behavior clerk(caf::event_based_actor* self, actor_context& here, view<const double> table,
                    std::string_view title) {
  auto waiting = std::make_shared<std::vector<caf::response_promise>>();
  return {
      [&here](sum, const array_ref& what) {
        const auto all = here.open<const double>(what);
        return std::accumulate(all.begin(), all.end(), 0.0);
      },
      [&here](scale, const array_ref& what, double by) {
        for (auto& each : here.open<double>(what))
          each *= by;
      },
      [table, title = std::string(title)](given) {
        return title + " " +
               std::to_string(static_cast<int>(std::accumulate(table.begin(), table.end(), 0.0)));
      },
      [](where) {
        cpu_set_t set;
        CPU_ZERO(&set);
        ::sched_getaffinity(0, sizeof set, &set);
        return std::int64_t{CPU_COUNT(&set)};
      },
      // Answers when somebody says now.
      [self, waiting](later) {
        waiting->push_back(self->make_response_promise());
        return waiting->back();
      },
      [waiting](now) {
        for (auto& each : *waiting)
          each.deliver(7.0);
        waiting->clear();
      },
      [](echo, const point& p) {
        return point{p.y, p.x};
      },
      [](echo, const std::string& text) { return text; },
      [](who, const caf::actor& whom) { caf::anon_send(whom, std::string("hello")); },
      [](odd) { return stranger{1}; },
      [](rest) -> caf::result<double> { return caf::sec::request_receiver_down; },
      // Leaves a child that keeps the link open until the test has written something.
      [](fork_then_die) {
        const auto file = orphan_lock(::getppid());
        if (::fork() == 0) {
          while (::lseek(file, 0, SEEK_END) == 0)
            test::look_again();
          ::_exit(0);
        }
        ::raise(SIGKILL);
      },
      [](hang) {
        for (;;)
          ::pause();
      },
  };
}

config small() {
  config result;
  result.workers = 1;
  result.log_level = "error";
  return result;
}

struct stage {
  explicit stage(const actor_options& how = {}) : sut(small()), table(sut.full<double>({4}, 2.5)) {
    one = sut.spawn_actor("clerk", how, table, "ten");
  }
  const leaves_nothing after;
  node sut;
  array<double> table;
  hosted_actor one;
};

} // namespace

PINION_KERNELS(k) {
  k.add_actor("clerk", clerk);
  k.add_message<point>("test_point");
}

TEST_CASE("an actor is made with numbers, texts and arrays, which live as long as it does") {
  stage play;
  play.table = {};
  caf::scoped_actor self{play.sut.system()};
  CHECK(ask_for<std::string>(self, play.one, given::value) == "ten 10");
  play.one.signal(SIGKILL);
  // Asked before it dies, it may have begun, and then the question is lost with it.
  REQUIRE(eventually([&] { return play.one.status().life == 2; }));
  CHECK(ask_for<std::string>(self, play.one, given::value) == "ten 10");
}

TEST_CASE("arrays are named in messages, to be read and to be written") {
  stage play;
  const auto data = play.sut.full<double>({1000}, 1.0);
  caf::scoped_actor self{play.sut.system()};
  CHECK(ask_for<double>(self, play.one, sum::value, data.view().ref()) == 1000);
  CHECK(why_not(self, play.one, scale::value, data.view().slice(0, 0, 10).ref(), 3.0).text.empty());
  CHECK(ask_for<double>(self, play.one, sum::value, data.view().ref()) == 1020);
}

TEST_CASE("a type of the program's own travels when it was added, and is refused by its place when not") {
  stage play;
  caf::scoped_actor self{play.sut.system()};
  const auto turned = ask_for<point>(self, play.one, echo::value, point{1, 2});
  CHECK(turned.x == 2);
  CHECK(turned.y == 1);
  const auto why = why_not(self, play.one, echo::value, stranger{1});
  CHECK(why.code == actor_errc::bad_arguments);
  CHECK(why.text.find("element 2") != std::string::npos);
  CHECK(why.text.find("add_message") != std::string::npos);
}

TEST_CASE("handles of other actors travel in messages, and may be answered from the other process") {
  stage play;
  caf::scoped_actor self{play.sut.system()};
  self->send(play.one.handle(), who::value, caf::actor_cast<caf::actor>(self.ptr()));
  std::string heard;
  self->receive([&](const std::string& text) { heard = text; });
  CHECK(heard == "hello");
}

TEST_CASE("what a handler returns to one who only sent comes as a message") {
  stage play;
  caf::scoped_actor self{play.sut.system()};
  self->send(play.one.handle(), echo::value, std::string("back"));
  std::string heard;
  self->receive([&](const std::string& text) { heard = text; });
  CHECK(heard == "back");
}

TEST_CASE("an answer may be given later, while other messages are handled") {
  stage play;
  caf::scoped_actor self{play.sut.system()};
  auto open = self->request(play.one.handle(), caf::infinite, later::value);
  CHECK(ask_for<std::string>(self, play.one, echo::value, std::string("meanwhile")) == "meanwhile");
  self->send(play.one.handle(), now::value);
  double got = 0;
  open.receive([&](double x) { got = x; }, [](const caf::error& why) { FAIL(text_of(why)); });
  CHECK(got == 7);
}

TEST_CASE("a message that is too large, or one too many, is refused and the others are not") {
  actor_options how;
  how.max_waiting = 3;
  stage play(how);
  caf::scoped_actor self{play.sut.system()};
  CHECK(why_not(self, play.one, echo::value, std::string(std::size_t{65} << 20U, 'x')).code ==
        actor_errc::bad_arguments);
  REQUIRE(ask_for<std::string>(self, play.one, echo::value, std::string("a")) == "a");
  std::vector<decltype(self->request(play.one.handle(), caf::infinite, later::value))> open;
  for (int i = 0; i < 3; ++i)
    open.push_back(self->request(play.one.handle(), caf::infinite, later::value));
  const auto why = why_not(self, play.one, later::value);
  CHECK(why.code == actor_errc::overloaded);
  CHECK(why.text.find("max_waiting") != std::string::npos);
  play.one.end();
  for (auto& each : open)
    each.receive([](double) { FAIL("an answer"); },
                 [](const caf::error& e) { CHECK(code_of(e) == actor_errc::cancelled); });
}

TEST_CASE("actors have names, which one alone has at a time") {
  actor_options how;
  how.name = "first";
  stage play(how);
  CHECK(failure_of([&] { play.sut.spawn_actor("clerk", how, play.table, "x"); }).text.find("`first`") !=
        std::string::npos);
  const auto second = play.sut.spawn_actor("clerk", play.table, "x");
  const auto third = play.sut.spawn_actor("clerk", play.table, "y");
  CHECK(second.status().name == "clerk");
  CHECK(third.status().name == "clerk-2");
  std::vector<std::string> names;
  for (const auto& each : play.sut.actors())
    names.push_back(each.name);
  CHECK(names == std::vector<std::string>{"clerk", "clerk-2", "first"});
}

TEST_CASE("an actor that cannot be made is refused with what is wrong") {
  stage play;
  CHECK(failure_of([&] { play.sut.spawn_actor("clerc", play.table, "x"); }).text ==
        "there is no actor named \"clerc\"; did you mean \"clerk\"?");
  CHECK(failure_of([&] { play.sut.spawn_actor("clerk", play.table); }).text ==
        "clerk: takes 2 arguments, got 1");
  CHECK(failure_of([&] { play.sut.spawn_actor("clerk", 1, "x"); }).text ==
        "clerk: argument 1: expected view<const float64>, got int64 1");
  actor_options how;
  how.processors = {100'000};
  CHECK(failure_of([&] { play.sut.spawn_actor("clerk", how, play.table, "x"); }).text.find("100000") !=
        std::string::npos);
  how = {};
  how.attempts = 0;
  CHECK(failure_of([&] { play.sut.spawn_actor("clerk", how, play.table, "x"); }).text.find("attempts") !=
        std::string::npos);
  CHECK(failure_of([&] { play.one.state<double>(); }).code == actor_errc::bad_arguments);
}

TEST_CASE("an actor runs on the processors that it is given") {
  actor_options how;
  how.processors = {allowed_processors().front()};
  stage play(how);
  caf::scoped_actor self{play.sut.system()};
  CHECK(ask_for<std::int64_t>(self, play.one, where::value) == 1);
  CHECK(play.one.status().processors == std::to_string(how.processors.front()));
}

TEST_CASE("a node that goes ends its actors, also those that hang, and answers what waits") {
  const leaves_nothing after;
  caf::error why;
  hosted_actor one;
  {
    stage play;
    one = play.one;
    caf::scoped_actor self{play.sut.system()};
    self->send(one.handle(), hang::value);
    REQUIRE(eventually([&] { return one.status().now == actor_status::state::up; }));
    // Three more, one of them ended and one that has just begun.
    play.sut.spawn_actor("clerk", play.table, "x").end();
    const auto other = play.sut.spawn_actor("clerk", play.table, "y");
    CHECK(ask_for<std::string>(self, other, given::value) == "y 10");
    play.sut.spawn_actor("clerk", play.table, "z");
  }
  CHECK(one.status().now == actor_status::state::ended);
  CHECK(failure_of([&] { static_cast<void>(one.handle()); }).code == actor_errc::node_stopping);
}

TEST_CASE("actors come and go by the dozen and leave nothing") {
  const leaves_nothing after;
  node sut(small());
  const auto table = sut.full<double>({4}, 2.5);
  caf::scoped_actor self{sut.system()};
  for (int i = 0; i < 12; ++i) {
    const auto one = sut.spawn_actor("clerk", table, std::to_string(i));
    REQUIRE(ask_for<std::string>(self, one, given::value) == std::to_string(i) + " 10");
    one.end();
    REQUIRE(eventually([&] { return one.status().now == actor_status::state::ended; }));
  }
  CHECK(sut.actors().size() == 1);
  CHECK(eventually([&] { return test::children_of(::getpid()).size() == 1; }));
}

TEST_CASE("an actor may owe answers to more askers than are sent to it at a time") {
  stage play;
  caf::scoped_actor self{play.sut.system()};
  std::vector<decltype(self->request(play.one.handle(), caf::infinite, later::value))> open;
  for (int i = 0; i < 200; ++i)
    open.push_back(self->request(play.one.handle(), caf::infinite, later::value));
  self->send(play.one.handle(), now::value);
  double sum = 0;
  for (auto& each : open)
    each.receive([&](double x) { sum += x; }, [](const caf::error& why) { FAIL(text_of(why)); });
  CHECK(sum == 1400);
}

TEST_CASE("an answer that cannot travel is told as one, and errors of all kinds are answers") {
  stage play;
  caf::scoped_actor self{play.sut.system()};
  const auto why = why_not(self, play.one, odd::value);
  CHECK(why.code == actor_errc::wrong_result_type);
  CHECK(why.text.find("add_message") != std::string::npos);
  caf::error got;
  self->request(play.one.handle(), caf::infinite, rest::value)
      .receive([](double) { FAIL("a result"); }, [&](caf::error& e) { got = e; });
  CHECK(got == caf::sec::request_receiver_down);
  self->send(play.one.handle(), caf::make_error(caf::sec::bad_function_call));
  CHECK(ask_for<std::string>(self, play.one, given::value) == "ten 10");
}

TEST_CASE("a child that a dead process has left disturbs no process after it") {
  stage play;
  caf::scoped_actor self{play.sut.system()};
  CHECK(why_not(self, play.one, fork_then_die::value).code == actor_errc::worker_died);
  CHECK(ask_for<std::string>(self, play.one, given::value) == "ten 10");
  // The child goes, and with it its lock: then the link of the dead process ends.
  const descriptor file(::open(orphan_file(::getpid()).c_str(), O_RDWR | O_CLOEXEC));
  REQUIRE(::write(file.get(), "go", 2) == 2);
  REQUIRE(::flock(file.get(), LOCK_EX) == 0);
  std::filesystem::remove(orphan_file(::getpid()));
  CHECK(ask_for<std::string>(self, play.one, given::value) == "ten 10");
  CHECK(play.one.status().life == 2);
}

TEST_CASE("a node may go while an actor whose name another one has is still leaving") {
  const leaves_nothing after;
  stage play;
  REQUIRE(eventually([&] { return play.one.status().now == actor_status::state::up; }));
  play.one.signal(SIGSTOP);
  play.one.end();
  play.sut.spawn_actor("clerk", play.table, "x");
}

TEST_CASE("options that cannot be are refused by name") {
  stage play;
  const auto refusal = [&](auto change) {
    actor_options how;
    change(how);
    return failure_of([&] { play.sut.spawn_actor("clerk", how, play.table, "x"); }).text;
  };
  CHECK(refusal([](actor_options& how) { how.name = "a\nmemory=7"; }).find("name") != std::string::npos);
  CHECK(refusal([](actor_options& how) { how.name = std::string(65, 'x'); }).find("64") != std::string::npos);
  CHECK(refusal([](actor_options& how) { how.within = -1s; }).find("within") != std::string::npos);
  CHECK(refusal([](actor_options& how) { how.timeout = 0s; }).find("timeout") != std::string::npos);
}
