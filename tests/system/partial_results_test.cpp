// What kernels tell their askers before they are done.
#include <doctest/doctest.h>

#include <csignal>
#include <future>
#include <stdexcept>
#include <thread>

#include <unistd.h>

#include <pinion/pinion.hpp>

#include <support/failure_of.hpp>
#include <support/leaves_nothing.hpp>
#include <support/spawn_in.hpp>

using namespace pinion;
using namespace std::chrono_literals;
using test::failure_of;
using test::leaves_nothing;

namespace {

// Emits 1 to n, and sums them up.
std::int64_t count_up(std::int64_t n, context& run) {
  std::int64_t sum = 0;
  for (std::int64_t i = 1; i <= n; ++i) {
    run.progress(static_cast<double>(i) / static_cast<double>(n));
    run.emit(i);
    sum += i;
  }
  return sum;
}
std::string spell(std::string_view text, context& run) {
  for (const char c : text)
    run.emit(std::string(1, c));
  return std::string(text);
}
std::int64_t halves(std::int64_t n, context& run) {
  for (std::int64_t i = 1; i <= n; ++i)
    run.progress(static_cast<double>(i) / static_cast<double>(n));
  return n;
}
std::int64_t one_then_die(context& run) {
  run.emit(std::int64_t{7});
  ::raise(SIGKILL);
  return 0;
}
bool is_heard(context& run) { return run.heard(); }
void too_much(context& run) { run.emit(std::string(std::size_t{2} << 20U, 'x')); }
// The first time it dies after its partial results.
std::int64_t die_once(shared_view<std::int64_t> lives, context& run) {
  for (std::int64_t i = 0; i < 20; ++i)
    run.emit(i);
  if (lives(0).fetch_add(1) == 0)
    ::raise(SIGKILL);
  for (std::int64_t i = 0; i < 200; ++i)
    run.emit(i);
  return 7;
}
std::int64_t for_ever(context& run) {
  for (std::int64_t i = 0; !run.stop_requested(); ++i)
    run.emit(i);
  return ::getpid();
}

config two() {
  config result;
  result.workers = 2;
  result.log_level = "off";
  return result;
}

const task_options partial = [] {
  task_options result;
  result.partial = true;
  return result;
}();

task_options on(int worker) {
  task_options result;
  result.worker = worker;
  return result;
}

} // namespace

PINION_KERNELS(k) {
  k.add("partial.count_up", count_up);
  k.add("partial.spell", spell);
  k.add("partial.halves", halves);
  k.add("partial.one_then_die", one_then_die);
  k.add("partial.is_heard", is_heard);
  k.add("partial.too_much", too_much);
  k.add("partial.for_ever", for_ever);
  k.add("partial.die_once", die_once, {.idempotent = true});
}

TEST_CASE("a thread gets each partial result in order, and then the result") {
  const leaves_nothing after;
  node sut(two());
  const auto task = sut.submit<std::int64_t>(partial, "partial.count_up", 5000);
  std::int64_t next = 1;
  double last = 0;
  task.each<std::int64_t>([&](std::int64_t x, double progress) {
    REQUIRE(x == next++);
    REQUIRE(progress > last);
    last = progress;
  });
  CHECK(next == 5001);
  CHECK(last == 1.0);
  CHECK(task.get() == 5000 * 5001 / 2);
}

TEST_CASE("texts are partial results too, and many tasks at once have each their own") {
  const leaves_nothing after;
  node sut(two());
  std::vector<future<std::string>> all;
  for (int i = 0; i < 20; ++i)
    all.push_back(
        sut.submit<std::string>(partial, "partial.spell", std::string(100, static_cast<char>('a' + i))));
  for (int i = 0; i < 20; ++i) {
    std::string got;
    all[static_cast<std::size_t>(i)].each<std::string>([&](const std::string& x) { got += x; });
    CHECK(got == std::string(100, static_cast<char>('a' + i)));
    CHECK(all[static_cast<std::size_t>(i)].get() == got);
  }
}

TEST_CASE("an actor gets partial results and progress before the result, in order") {
  const leaves_nothing after;
  node sut(two());
  std::promise<std::vector<std::int64_t>> told;
  auto got = told.get_future();
  test::spawn_in(sut.system(), [&](caf::event_based_actor* self) {
    auto seen = std::make_shared<std::vector<std::int64_t>>();
    auto progress = std::make_shared<double>(0.0);
    ask<std::int64_t>(self, sut, "partial.count_up", 300)
        .each<std::int64_t>([seen](std::int64_t x) { seen->push_back(x); })
        .progress([progress](double far) { *progress = far; })
        .then(
            [seen, progress, &told](std::int64_t sum) {
              seen->push_back(sum);
              seen->push_back(static_cast<std::int64_t>(*progress * 100));
              told.set_value(*seen);
            },
            [&told](const caf::error& why) {
              told.set_exception(std::make_exception_ptr(std::runtime_error(text_of(why))));
            });
  });
  const auto all = got.get();
  REQUIRE(all.size() == 302);
  for (std::size_t i = 0; i < 300; ++i)
    REQUIRE(all[i] == static_cast<std::int64_t>(i + 1));
  CHECK(all[300] == 300 * 301 / 2);
  CHECK(all[301] == 100);
}

TEST_CASE("progress alone reaches its asker") {
  const leaves_nothing after;
  node sut(two());
  std::promise<double> told;
  auto got = told.get_future();
  test::spawn_in(sut.system(), [&](caf::event_based_actor* self) {
    auto far = std::make_shared<double>(0.0);
    ask<std::int64_t>(self, sut, "partial.halves", 10)
        .progress([far](double x) { *far = x; })
        .then([far, &told](std::int64_t) { told.set_value(*far); },
              [&told](const caf::error&) { told.set_value(-1); });
  });
  CHECK(got.get() == 1.0);
}

TEST_CASE("a partial result of another type than was asked for fails the call, in a thread and in an actor") {
  const leaves_nothing after;
  node sut(two());
  const auto task = sut.submit<std::string>(partial, "partial.spell", "abc");
  CHECK(failure_of([&] { task.each<double>([](double) {}); }).code == actor_errc::wrong_result_type);
  CHECK(task.get() == "abc"); // the kernel did not wait for who threw
  std::promise<actor_errc> told;
  auto got = told.get_future();
  test::spawn_in(sut.system(), [&](caf::event_based_actor* self) {
    ask<std::string>(self, sut, "partial.spell", "abc")
        .each<double>([](double) {})
        .then([&told](const std::string&) { told.set_value(actor_errc::internal); },
              [&told](const caf::error& why) { told.set_value(code_of(why)); });
  });
  CHECK(got.get() == actor_errc::wrong_result_type);
}

TEST_CASE("a kernel whose partial results nobody wants emits into the void") {
  const leaves_nothing after;
  node sut(two());
  CHECK(sut.submit<std::int64_t>("partial.count_up", 100'000).get() == 5'000'050'000);
  CHECK_FALSE(sut.submit<bool>("partial.is_heard").get());
  CHECK(sut.submit<bool>(partial, "partial.is_heard").get());
  CHECK(failure_of([&] { sut.submit<bool>("partial.is_heard").each<bool>([](bool) {}); }).code ==
        actor_errc::bad_arguments);
}

TEST_CASE("a kernel does not wait for an asker who waits for the result alone, or who went away") {
  const leaves_nothing after;
  node sut(two());
  CHECK(sut.submit<std::int64_t>(partial, "partial.count_up", 10'000).get() == 50'005'000);
  static_cast<void>(sut.submit<std::int64_t>(partial, "partial.count_up", 10'000));
  static_cast<void>(sut.submit<std::int64_t>(partial, "partial.count_up", 10'000));
  CHECK(sut.submit<std::int64_t>("partial.count_up", 10).get() == 55);
}

TEST_CASE("who takes from a worker that dies is told why there is no result, after what came before it") {
  const leaves_nothing after;
  node sut(two());
  const auto task = sut.submit<std::int64_t>(partial, "partial.one_then_die");
  int seen = 0;
  task.each<std::int64_t>([&](std::int64_t x) { seen += static_cast<int>(x); });
  CHECK((seen == 7 || seen == 0)); // it may be lost with its worker
  CHECK(failure_of(task).code == actor_errc::worker_died);
}

TEST_CASE("a partial result that is too large fails its kernel by name") {
  const leaves_nothing after;
  node sut(two());
  const auto why = failure_of(sut.submit<void>(partial, "partial.too_much"));
  CHECK(why.code == actor_errc::bad_arguments);
  CHECK(why.text.find("2.00 MiB") != std::string::npos);
}

TEST_CASE("a kernel that is ahead of its asker waits, and hears that it is to stop meanwhile") {
  const leaves_nothing after;
  auto settings = two();
  settings.grace = 30s; // or it would be killed, and not have heard
  node sut(settings);
  const auto pid = sut.submit<std::int64_t>(partial, "partial.for_ever");
  while (sut.status().sent == 0)
    std::this_thread::yield();
  const auto restarts = [&] {
    std::uint64_t sum = 0;
    for (const auto& each : sut.status().workers)
      sum += each.restarts;
    return sum;
  };
  pid.cancel();
  CHECK(failure_of(pid).code == actor_errc::cancelled);
  // Both workers are free again.
  CHECK(sut.submit<std::int64_t>(on(0), "partial.count_up", 2).get() == 3);
  CHECK(sut.submit<std::int64_t>(on(1), "partial.count_up", 2).get() == 3);
  CHECK(restarts() == 0);
}

TEST_CASE("an asker who does not take what he wanted disables no worker, however often") {
  const leaves_nothing after;
  auto settings = two();
  settings.workers = 1;
  node sut(settings);
  for (int i = 0; i < 5; ++i) {
    const auto careless = sut.submit<std::int64_t>(partial, "partial.count_up", 50);
    careless.wait_for(10s);
    CHECK(careless.get() == 1275);
  }
  // Nor one that merely has it told, or looks whether it is there.
  std::promise<std::int64_t> told;
  sut.submit<std::int64_t>(partial, "partial.count_up", 500).then([&](const future<std::int64_t>& done) {
    told.set_value(done.get());
  });
  CHECK(told.get_future().get() == 125'250);
  const auto polled = sut.submit<std::int64_t>(partial, "partial.count_up", 500);
  while (!polled.ready())
    std::this_thread::yield();
  int seen = 0;
  const auto good = sut.submit<std::int64_t>(partial, "partial.count_up", 500);
  good.each<std::int64_t>([&](std::int64_t) { ++seen; });
  CHECK(seen == 500);
}

TEST_CASE("a task that runs again emits again, also to one who takes late") {
  const leaves_nothing after;
  auto settings = two();
  settings.workers = 1;
  node sut(settings);
  const auto lives = sut.zeros<std::int64_t>({1});
  const auto task =
      sut.submit<std::int64_t>(partial, "partial.die_once", shared_view<std::int64_t>(lives.view()));
  while (shared_view<std::int64_t>(lives.view())(0).load() < 1)
    std::this_thread::yield();
  while (sut.status().workers[0].restarts == 0 || sut.status().sent == 0)
    std::this_thread::yield();
  int seen = 0;
  task.each<std::int64_t>([&](std::int64_t) { ++seen; });
  CHECK(seen >= 220);
  CHECK(task.get() == 7);
  CHECK(sut.submit<std::int64_t>("partial.count_up", 10).get() == 55);
}

TEST_CASE("an asking actor that dies of a partial result leaves its worker to others") {
  const leaves_nothing after;
  auto settings = two();
  settings.workers = 1;
  node sut(settings);
  test::spawn_in(sut.system(), [&](caf::event_based_actor* self) {
    self->set_exception_handler([](caf::scheduled_actor*, std::exception_ptr&) -> caf::error {
      return caf::exit_reason::unhandled_exception;
    });
    ask<std::int64_t>(self, sut, "partial.count_up", 5000)
        .each<std::int64_t>([](std::int64_t) { throw std::runtime_error("no"); })
        .then([](std::int64_t) {}, [](const caf::error&) {});
  });
  CHECK(sut.submit<std::int64_t>("partial.count_up", 10).get() == 55);
}
