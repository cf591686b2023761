#include <pinion/runtime/scenario/thread_pool.hpp>

#include <latch>
#include <memory>
#include <utility>

#include <doctest/doctest.h>

using pinion::scenario::thread_pool;

TEST_CASE("scenario pool: jobs run at the same time, one on each thread") {
  thread_pool sut(3);
  std::latch together(3); // only opens when all three have come
  std::latch done(3);
  for (int i = 0; i < 3; ++i) {
    sut.run([&] {
      together.arrive_and_wait();
      done.count_down();
    });
  }
  done.wait();
}

TEST_CASE("scenario pool: stopping drops what has not begun and waits for what has") {
  int finished = 0;
  std::latch begun(1);
  std::latch go_on(1);
  thread_pool sut(1);
  sut.run([&] {
    begun.count_down();
    go_on.wait();
    ++finished;
  });
  // The first job goes on only when the second one was thrown away.
  std::shared_ptr<void> when_dropped(nullptr, [&](void*) { go_on.count_down(); });
  sut.run([&finished, when_dropped = std::move(when_dropped)] { finished += 10; });
  begun.wait();
  sut.stop();
  CHECK(finished == 1);
  sut.run([&] { finished += 100; });
  sut.stop();
  CHECK(finished == 1);
}
