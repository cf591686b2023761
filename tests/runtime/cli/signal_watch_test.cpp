#include <doctest/doctest.h>

#include <csignal>

#include <chrono>

#include <unistd.h>

#include <pinion/runtime/cli/signal_watch.hpp>

using namespace std::chrono_literals;
using pinion::cli::signal_watch;

// Signals go to this thread: other threads of the test program do not block them.

TEST_CASE("a signal that came before or while one waits is told by its number") {
  signal_watch sut;
  CHECK_FALSE(sut.wait_for(0ms));
  pthread_kill(pthread_self(), SIGTERM);
  CHECK(sut.wait_for(10s) == SIGTERM);
  CHECK_FALSE(sut.wait_for(0ms));
}

TEST_CASE("a wake ends one wait") {
  signal_watch sut;
  sut.wake();
  sut.wake();
  CHECK(sut.wait_for(10s) == 0);
  CHECK_FALSE(sut.wait_for(0ms));
}

TEST_CASE("the mask of the thread is put back") {
  { const signal_watch sut; }
  sigset_t now;
  pthread_sigmask(SIG_SETMASK, nullptr, &now);
  CHECK_FALSE(sigismember(&now, SIGTERM));
}

TEST_CASE("a signal that is ignored stays ignored") {
  struct sigaction ignore {};
  ignore.sa_handler = SIG_IGN;
  struct sigaction before {};
  sigaction(SIGHUP, &ignore, &before);
  {
    signal_watch sut;
    pthread_kill(pthread_self(), SIGHUP);
    CHECK_FALSE(sut.wait_for(0ms));
  }
  sigaction(SIGHUP, &before, nullptr);
}
