#include <pinion/actors/wait.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <doctest/doctest.h>
#include <thread>
#include <vector>

#include <pinion/actors/actor_thread.hpp>
#include <pinion/actors/coroutine.hpp>

#include "thrown.hpp"

using namespace pinion;
using namespace std::chrono_literals;

namespace {

struct some {
  std::vector<promise_ptr> promises;
  std::vector<future<double>> futures;

  explicit some(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      promises.push_back(std::make_shared<promise>());
      futures.emplace_back(promises.back());
    }
  }
  void set(std::size_t which, double value) {
    outcome what;
    what.result = argument(value);
    promises[which]->set(std::move(what));
  }
  void fail(std::size_t which) {
    outcome what;
    what.result = failure{actor_errc::kernel_failed, "no"};
    promises[which]->set(std::move(what));
  }
};

coroutine<double> sum_of(future<double> a, future<double> b) { co_return co_await a + co_await b; }
coroutine<void> hand_on(coroutine<double> from, double& to) { to = co_await from; }

} // namespace

TEST_CASE("any of many is the one that is done first, and time may pass before that") {
  some these(3);
  CHECK(!wait_any(these.futures, 1ms));
  CHECK(!wait_any(std::vector<future<double>>{}));
  these.set(2, 2.0);
  CHECK(wait_any(these.futures) == 2);
  these.set(0, 0.0);
  CHECK(wait_any(these.futures) == 0); // both are there: the first in the range was looked at first
  CHECK(wait_any(these.futures[1], these.futures[2]) == 1);
}

TEST_CASE("all is when each has its outcome, be it a failure") {
  some these(2);
  these.set(0, 1.0);
  CHECK(!wait_all(these.futures, 1ms));
  these.fail(1);
  CHECK(wait_all(these.futures));
  wait_all(these.futures[0], these.futures[1]);
}

TEST_CASE("futures come as they are done, each once") {
  some these(4);
  these.set(3, 3.0);
  std::atomic<std::size_t> taken = 0;
  std::thread other([&] {
    std::size_t before = 1;
    for (const std::size_t i : {1U, 0U, 2U}) {
      while (taken < before)
        std::this_thread::yield();
      these.set(i, static_cast<double>(i));
      ++before;
    }
  });
  std::vector<double> seen;
  for (const auto& done : as_completed(these.futures)) {
    seen.push_back(done.get());
    ++taken;
  }
  other.join();
  CHECK(seen == std::vector<double>{3, 1, 0, 2});
}

TEST_CASE("what is not waited for to the end leaves nothing behind") {
  some these(1);
  for (int i = 0; i < 1000; ++i)
    wait_any(these.futures, 0ns);
  CHECK(these.promises[0].use_count() == 2); // here and in the future
  these.set(0, 1.0);
}

TEST_CASE("nothing is waited for on an actor's thread") {
  some these(2);
  these.set(0, 1.0);
  mark_actor_thread(true);
  const auto refused = thrown_by([&] { wait_any(these.futures); });
  mark_actor_thread(false);
  CHECK(refused.code == actor_errc::would_block);
}

TEST_CASE("a coroutine goes on with what it awaits, and throws what that failed of") {
  some these(4);
  const auto sum = sum_of(these.futures[0], these.futures[1]);
  these.set(1, 2.0);
  CHECK(!sum.ready());
  these.set(0, 1.0);
  CHECK(sum.get() == 3.0);
  double handed = 0;
  const auto outer = hand_on(sum_of(these.futures[0], these.futures[2]), handed);
  CHECK(!outer.ready());
  these.set(2, 5.0);
  outer.get();
  CHECK(handed == 6.0);
  const auto failing = sum_of(these.futures[0], these.futures[3]);
  these.fail(3);
  CHECK(thrown_by([&] { failing.get(); }).code == actor_errc::kernel_failed);
}

TEST_CASE("a function that is to be called with a result is called once, before or after it is there") {
  some these(1);
  std::vector<double> seen;
  these.futures[0].then([&](const future<double>& done) { seen.push_back(done.get()); });
  CHECK(seen.empty());
  these.set(0, 4.0);
  CHECK(seen == std::vector<double>{4});
  these.futures[0].then([&](const future<double>& done) { seen.push_back(done.get() + 1); });
  CHECK(seen == std::vector<double>{4, 5});
}
