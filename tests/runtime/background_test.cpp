#include <doctest/doctest.h>

#include <csignal>
#include <future>
#include <vector>

#include <pinion/runtime/background.hpp>

using pinion::background;

TEST_CASE("what is given to the background runs in order on another thread, and all of it before the end") {
  std::vector<int> seen;
  std::thread::id where;
  {
    background sut;
    for (int i = 0; i < 100; ++i)
      sut.run([&, i] {
        seen.push_back(i);
        where = std::this_thread::get_id();
      });
  }
  REQUIRE(seen.size() == 100);
  for (int i = 0; i < 100; ++i)
    CHECK(seen[static_cast<std::size_t>(i)] == i);
  CHECK(where != std::this_thread::get_id());
}

TEST_CASE("a job in the background holds up nobody who gives the next") {
  std::promise<void> let_go;
  auto held = let_go.get_future();
  bool done = false;
  {
    background sut;
    sut.run([&] { held.wait(); });
    sut.run([&] { done = true; });
    let_go.set_value();
  }
  CHECK(done);
}

TEST_CASE("what comes after the end is run by who gives it") {
  background sut;
  std::thread::id first;
  std::thread::id late;
  sut.run([&] { first = std::this_thread::get_id(); });
  sut.finish();
  CHECK(first != std::this_thread::get_id());
  CHECK(first != std::thread::id());
  sut.run([&] { late = std::this_thread::get_id(); });
  CHECK(late == std::this_thread::get_id());
  sut.finish();
}

TEST_CASE("a signal for the program is not taken by the thread of the background") {
  background sut;
  int blocked = -1;
  int own = -1;
  sut.run([&] {
    sigset_t mask;
    ::pthread_sigmask(SIG_BLOCK, nullptr, &mask);
    blocked = ::sigismember(&mask, SIGTERM);
    own = ::sigismember(&mask, SIGSEGV);
  });
  sut.finish();
  CHECK(blocked == 1);
  CHECK(own == 0);
}
