// Request actors that ask for several things at once: all of them, the first, one hedged by another.
#include <doctest/doctest.h>

#include <future>
#include <optional>
#include <string>
#include <vector>

#include <unistd.h>

#include <pinion/pinion.hpp>

#include <support/hold.hpp>
#include <support/leaves_nothing.hpp>
#include <support/spawn_in.hpp>

using namespace pinion;
using test::eventually;
using test::leaves_nothing;
using namespace std::chrono_literals;

namespace {

double doubled(double x) { return 2 * x; }
void nothing() {}
std::int64_t linger(double seconds, context& run) { return test::take_time(run, seconds) ? ::getpid() : -1; }
double refuse(std::string_view why) { throw std::runtime_error(std::string(why)); }

config some_workers(std::size_t count) {
  config result;
  result.workers = count;
  return result;
}
config two_workers() { return some_workers(2); }

// What an actor came to, in words. Goes after the node: a late actor may yet say it.
class answer {
public:
  std::string operator()(node& where, std::function<void(caf::event_based_actor*)> what) {
    test::spawn_in(where.system(), std::move(what));
    auto told = told_.get_future();
    REQUIRE(told.wait_for(20s) == std::future_status::ready);
    return told.get();
  }
  void set(std::string text) { told_.set_value(std::move(text)); }

private:
  std::promise<std::string> told_;
};

std::string text_of_all(const std::vector<double>& all) {
  std::string result;
  for (const auto each : all)
    result += std::to_string(static_cast<int>(each)) + " ";
  return result;
}

} // namespace

PINION_KERNELS(k) {
  k.add("req_doubled", doubled);
  k.add("req_nothing", nothing);
  k.add("req_linger", linger);
  k.add("req_refuse", refuse);
}

TEST_CASE("an actor fans out to several kernels and has all results in the order of asking") {
  const leaves_nothing end;
  answer got;
  node sut(two_workers());
  CHECK(got(sut, [&](caf::event_based_actor* self) {
          std::vector<asking<double, caf::event_based_actor>> all;
          for (int i = 1; i <= 5; ++i)
            all.push_back(ask<double>(self, sut, "req_doubled", i));
          ask_all(std::move(all))
              .then([&](std::vector<double> results) { got.set(text_of_all(results)); },
                    [&](const caf::error& why) { got.set(text_of(why)); });
        }) == "2 4 6 8 10 ");
}

TEST_CASE("of tasks that are asked for together the first failure is told, and the others are given up") {
  const leaves_nothing end;
  answer got;
  node sut(two_workers());
  CHECK(got(sut, [&](caf::event_based_actor* self) {
          ask_all(ask<std::int64_t>(self, sut, "req_linger", 1000.0), ask<std::int64_t>(self, sut, "no_such"),
                  ask<std::int64_t>(self, sut, "req_linger", 1000.0))
              .then([&](std::vector<std::int64_t>) { got.set("all"); },
                    [&](const caf::error& why) { got.set(std::string(name_of(code_of(why)))); });
        }) == "unknown_kernel");
  CHECK(eventually([&] { return sut.status().withdrawn == 2; }));
  CHECK(sut.apply<double>("req_doubled", 1.0) == 2); // and the workers are free
}

TEST_CASE("nothing asked for is done at once, and tasks without a result count") {
  const leaves_nothing end;
  answer none;
  answer two;
  node sut(two_workers());
  CHECK(none(sut, [&](caf::event_based_actor* self) {
          static_cast<void>(self);
          ask_all(std::vector<asking<double, caf::event_based_actor>>{})
              .then([&](const std::vector<double>& all) { none.set(std::to_string(all.size())); },
                    [](const caf::error&) {});
        }) == "0");
  CHECK(two(sut, [&](caf::event_based_actor* self) {
          ask_all(ask<void>(self, sut, "req_nothing"), ask<void>(self, sut, "req_nothing"))
              .then([&] { two.set("done"); }, [&](const caf::error& why) { two.set(text_of(why)); });
        }) == "done");
}

TEST_CASE("an actor takes the first result of several, and the slow ones are given up") {
  const leaves_nothing end;
  answer got;
  node sut(two_workers());
  sut.wait_ready();
  CHECK(got(sut, [&](caf::event_based_actor* self) {
          ask_first(ask<std::int64_t>(self, sut, "req_linger", 1000.0),
                    ask<std::int64_t>(self, sut, "req_linger", 0.001))
              .then([&](std::int64_t pid) { got.set(pid > 0 ? "first" : "stopped"); },
                    [&](const caf::error& why) { got.set(text_of(why)); });
        }) == "first");
  CHECK(eventually([&] { return sut.status().withdrawn == 1; }));
}

TEST_CASE("a failure is no first result, unless all fail") {
  const leaves_nothing end;
  answer one;
  answer none;
  node sut(two_workers());
  CHECK(one(sut, [&](caf::event_based_actor* self) {
          ask_first(ask<double>(self, sut, "req_refuse", "no"), ask<double>(self, sut, "req_doubled", 4))
              .then([&](double x) { one.set(std::to_string(static_cast<int>(x))); },
                    [&](const caf::error& why) { one.set(text_of(why)); });
        }) == "8");
  CHECK(none(sut, [&](caf::event_based_actor* self) {
          ask_first(ask<double>(self, sut, "req_refuse", "no"), ask<double>(self, sut, "req_refuse", "no"))
              .then([&](double) { none.set("a result"); },
                    [&](const caf::error& why) { none.set(text_of(why)); });
        }) == "req_refuse: std::runtime_error: no");
}

TEST_CASE("a slow task is hedged by a second one, and only a slow one") {
  const leaves_nothing end;
  answer slow;
  answer quick;
  node sut(two_workers());
  sut.wait_ready();
  CHECK(slow(sut, [&](caf::event_based_actor* self) {
          ask_hedged(20ms, ask<std::int64_t>(self, sut, "req_linger", 1000.0),
                     ask<std::int64_t>(self, sut, "req_linger", 0.001))
              .then([&](std::int64_t pid) { slow.set(pid > 0 ? "second" : "stopped"); },
                    [&](const caf::error& why) { slow.set(text_of(why)); });
        }) == "second");
  CHECK(eventually([&] { return sut.status().withdrawn == 1; }));
  const auto before = sut.status().done;
  CHECK(quick(sut, [&](caf::event_based_actor* self) {
          ask_hedged(60s, ask<double>(self, sut, "req_doubled", 3), ask<double>(self, sut, "req_doubled", 4))
              .then([&](double x) { quick.set(std::to_string(static_cast<int>(x))); },
                    [&](const caf::error& why) { quick.set(text_of(why)); });
        }) == "6");
  CHECK(sut.status().done == before + 1);
}

TEST_CASE(
    "a hedged task that fails at once is followed by the other at once, and both failures by the last") {
  const leaves_nothing end;
  answer one;
  answer none;
  node sut(two_workers());
  CHECK(one(sut, [&](caf::event_based_actor* self) {
          ask_hedged(1h, ask<double>(self, sut, "req_refuse", "no"), ask<double>(self, sut, "req_doubled", 4))
              .then([&](double x) { one.set(std::to_string(static_cast<int>(x))); },
                    [&](const caf::error& why) { one.set(text_of(why)); });
        }) == "8");
  CHECK(none(sut, [&](caf::event_based_actor* self) {
          ask_hedged(1h, ask<double>(self, sut, "req_refuse", "no"),
                     ask<double>(self, sut, "req_refuse", "never"))
              .then([&](double) { none.set("a result"); },
                    [&](const caf::error& why) { none.set(text_of(why)); });
        }) == "req_refuse: std::runtime_error: never");
}

TEST_CASE("hedged tasks may be among others, and are given up with them") {
  const leaves_nothing end;
  answer got;
  node sut(some_workers(3)); // so that the last one need not wait, whenever the hedge goes out
  sut.wait_ready();
  CHECK(got(sut, [&](caf::event_based_actor* self) {
          ask_first(ask_hedged(1ms, ask<std::int64_t>(self, sut, "req_linger", 1000.0),
                               ask<std::int64_t>(self, sut, "req_linger", 1000.0)),
                    ask<std::int64_t>(self, sut, "req_linger", -1.0))
              .then([&](std::int64_t) { got.set("first"); },
                    [&](const caf::error& why) { got.set(text_of(why)); });
        }) == "first");
  CHECK(eventually([&] {
    const auto now = sut.status();
    return now.sent == 0 && now.queued == 0 && now.withdrawn > 0;
  }));
}

TEST_CASE("an actor that ends while it waits for several leaves nothing behind, and the node ends in peace") {
  const leaves_nothing end;
  node sut(two_workers());
  sut.wait_ready();
  for (int i = 0; i < 10; ++i)
    test::spawn_in(sut.system(), [&](caf::event_based_actor* self) {
      ask_all(ask<double>(self, sut, "req_doubled", 1), ask<double>(self, sut, "req_doubled", 2))
          .then([](const std::vector<double>&) {}, [](const caf::error&) {});
      ask_hedged(1ms, ask<double>(self, sut, "req_doubled", 1), ask<double>(self, sut, "req_doubled", 2))
          .then([](double) {}, [](const caf::error&) {});
      self->quit();
    });
}
