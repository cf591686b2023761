#include <pinion/shm/pieces.hpp>

#include <atomic>
#include <chrono>
#include <csignal>
#include <doctest/doctest.h>
#include <random>
#include <stdexcept>
#include <thread>
#include <vector>

#include <sched.h>

#include "support/process.hpp"
#include "support/seed.hpp"

using namespace pinion;

TEST_CASE("a signal for the program is not taken by the threads that help with pieces") {
  const auto me = std::this_thread::get_id();
  cpu_set_t processors;
  CPU_ZERO(&processors);
  const bool helped =
      ::sched_getaffinity(0, sizeof processors, &processors) == 0 && CPU_COUNT(&processors) > 1;
  std::atomic<int> wrong{0};   // written by each thread, as the next
  std::atomic<int> helpers{0}; // pieces that helpers had
  in_pieces(64, 1, [&](std::uint64_t, std::uint64_t) {
    sigset_t blocked;
    ::pthread_sigmask(SIG_BLOCK, nullptr, &blocked);
    const bool own = std::this_thread::get_id() == me;
    if (::sigismember(&blocked, SIGTERM) != (own ? 0 : 1) || ::sigismember(&blocked, SIGSEGV) != 0)
      ++wrong;
    helpers += own ? 0 : 1;
    if (own && helped)
      test::eventually([&] { return helpers > 0; }); // each has a turn
  });
  CHECK(wrong == 0);
  CHECK((helpers > 0) == helped);
}

TEST_CASE("pieces cover everything once, whatever the sizes") {
  const auto seed = test::seed();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  for (int i = 0; i < 300; ++i) {
    const auto size = static_cast<std::uint64_t>(test::between(random, 0, 5000));
    const auto piece = static_cast<std::uint64_t>(test::between(random, 1, 1500));
    CAPTURE(size);
    CAPTURE(piece);
    std::vector<std::atomic<int>> hits(size);
    in_pieces(size, piece, [&](std::uint64_t from, std::uint64_t length) {
      for (auto at = from; at < from + length; ++at)
        ++hits[at];
    });
    for (const auto& each : hits)
      REQUIRE(each == 1);
  }
}

TEST_CASE("a piece that fails is told to the caller, and ends the rest") {
  std::atomic<int> begun{0};
  CHECK_THROWS_WITH_AS(in_pieces(1000, 1,
                                 [&](std::uint64_t, std::uint64_t) {
                                   ++begun;
                                   throw std::runtime_error("the first");
                                 }),
                       "the first", std::runtime_error);
  CHECK(begun <= 4); // one a thread
}
