#include <pinion/runtime/cli/exit_at_signal.hpp>

#include <doctest/doctest.h>

#include <csignal>

#include <chrono>

#include <unistd.h>

#include <pinion/shm/store.hpp>

#include <support/child.hpp>
#include <support/shm_left.hpp>

using namespace pinion;
using namespace pinion::test;
using namespace std::chrono_literals;

TEST_CASE("a signal ends a process in the middle of its work, and leaves no segment of it") {
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
    child process([] {
      cli::signal_watch signals;
      store arrays;
      const auto kept = arrays.zeros<double>({1000});
      const cli::exit_at_signal sut(signals);
      child::say("at work");
      for (;;)
        ::pause();
    });
    REQUIRE(process.line() == "at work");
    CHECK(shm_left(process.pid()).size() == 1);
    ::kill(process.pid(), number);
    CHECK(process.wait() == 128 + number);
    CHECK(shm_left(process.pid()).empty());
  }
}

TEST_CASE("when the work is done, signals are left to those who wait for them") {
  cli::signal_watch signals;
  { const cli::exit_at_signal sut(signals); }
  pthread_kill(pthread_self(), SIGTERM);
  CHECK(signals.wait_for(10s) == SIGTERM);
}
