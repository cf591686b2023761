#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <random>
#include <thread>
#include <vector>

#include <pinion/actors/gate.hpp>

using namespace pinion;
using namespace std::chrono_literals;

namespace {

admission::limits room(std::size_t tasks, std::size_t bytes = 0, std::size_t of_client = 0) {
  return {tasks, bytes, of_client, 0, full_policy::wait};
}

time_point soon() { return steady_clock::now() + 10ms; }

} // namespace

TEST_CASE("as many go through a gate as there is room for, and the next one when a ticket is dropped") {
  const auto sut = std::make_shared<gate>(room(2));
  auto first = sut->enter(0, 1, soon());
  const auto second = sut->enter(0, 1, soon());
  CHECK(first);
  CHECK(second);
  CHECK(!sut->enter(0, 1, soon()));
  first.reset();
  CHECK(sut->enter(0, 1, soon()));
}

TEST_CASE("bytes count as well, and a large task alone goes through") {
  const auto sut = std::make_shared<gate>(room(100, 1000));
  auto large = sut->enter(0, 5000, soon());
  CHECK(large);
  CHECK(!sut->enter(0, 1, soon()));
  large.reset();
  const auto some = sut->enter(0, 600, soon());
  CHECK(!sut->enter(0, 600, soon()));
  CHECK(sut->enter(0, 400, soon()));
}

TEST_CASE("a client that has its share waits while others go through") {
  const auto sut = std::make_shared<gate>(room(100, 0, 1));
  const auto first = sut->enter(7, 1, soon());
  CHECK(!sut->enter(7, 1, soon()));
  CHECK(sut->enter(8, 1, soon()));
}

TEST_CASE("who must not wait passes, and counts") {
  const auto sut = std::make_shared<gate>(room(1));
  const auto first = sut->enter(0, 1, soon());
  auto second = sut->pass(0, 1);
  CHECK(second);
  second.reset();
  CHECK(!sut->enter(0, 1, soon()));
}

TEST_CASE("a closed gate lets nobody wait") {
  const auto sut = std::make_shared<gate>(room(1));
  const auto first = sut->enter(0, 1, never);
  std::thread other([&] {
    std::this_thread::sleep_for(5ms);
    sut->close();
  });
  CHECK(!sut->enter(0, 1, never));
  other.join();
  CHECK(!sut->enter(1, 1, never));
}

TEST_CASE("a ticket may outlive its gate") {
  auto sut = std::make_shared<gate>(room(1));
  const auto ticket = sut->enter(0, 1, never);
  sut.reset();
  CHECK(ticket);
}

TEST_CASE("many threads never have more tickets than there is room for, and all come through") {
  const auto sut = std::make_shared<gate>(room(5, 0, 2));
  std::atomic<int> inside{0}; // written by all threads
  std::atomic<int> most{0};
  std::atomic<int> through{0};
  std::vector<std::thread> threads;
  for (std::uint64_t client = 0; client < 8; ++client)
    threads.emplace_back([&, client] {
      for (int i = 0; i < 200; ++i) {
        auto ticket = sut->enter(client % 4, 1, never);
        const auto now = ++inside;
        for (auto seen = most.load(); now > seen && !most.compare_exchange_weak(seen, now);)
          ;
        std::this_thread::yield();
        --inside;
        ++through;
        ticket.reset();
      }
    });
  for (auto& each : threads)
    each.join();
  CHECK(through == 1600);
  CHECK(most <= 5);
}
