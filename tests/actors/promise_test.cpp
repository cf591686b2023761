#include <doctest/doctest.h>

#include <chrono>
#include <memory>
#include <thread>

#include <pinion/actors/actor_thread.hpp>
#include <pinion/actors/future.hpp>

using namespace pinion;
using namespace std::chrono_literals;

namespace {

/// Says that this thread turns actors, for as long as it lives.
struct pretend_actor_thread {
  pretend_actor_thread() { mark_actor_thread(true); }
  ~pretend_actor_thread() { mark_actor_thread(false); }
};

outcome with(argument result) { return {std::move(result), {}, 2}; }

} // namespace

TEST_CASE("a future gives the result to a thread that waits, as often as it asks") {
  auto state = std::make_shared<promise>();
  const future<double> sut(state);
  CHECK_FALSE(sut.ready());
  CHECK_FALSE(sut.wait_for(1ms));
  std::thread other([&] { state->set(with(2.5)); });
  CHECK(sut.get() == 2.5);
  CHECK(sut.get() == 2.5);
  CHECK(sut.worker() == 2);
  other.join();
}

TEST_CASE("a future throws the failure of its task") {
  auto state = std::make_shared<promise>();
  state->set({failure{actor_errc::worker_died, "dot: worker 1 died"}, {}, 1});
  try {
    future<double>(state).get();
    FAIL("no exception");
  } catch (const task_error& why) {
    CHECK(why.reason() == actor_errc::worker_died);
    CHECK(std::string(why.what()) == "dot: worker 1 died");
  }
}

TEST_CASE("a result of another type than asked for is refused") {
  auto state = std::make_shared<promise>();
  state->set(with(std::string("text")));
  CHECK_THROWS_AS(future<double>(state).get(), task_error);
  CHECK(future<std::string>(state).get() == "text");
  future<void>(state).get();
}

TEST_CASE("waiting on an actor's thread is an error, not a deadlock, also when the result is there") {
  auto state = std::make_shared<promise>();
  const pretend_actor_thread here;
  const future<double> sut(state);
  for (int i = 0; i < 2; ++i) {
    try {
      sut.get();
      FAIL("no exception");
    } catch (const task_error& why) {
      CHECK(why.reason() == actor_errc::would_block);
    }
    CHECK_THROWS_AS(sut.wait_for(0ms), task_error);
    if (i == 0)
      state->set(with(1.0));
  }
  CHECK(sut.ready());
}
