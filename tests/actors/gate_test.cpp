#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <map>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include <pinion/actors/gate.hpp>

using namespace pinion;
using namespace std::chrono_literals;

namespace {

admission::limits room(std::size_t tasks, std::size_t bytes = 0, std::size_t of_client = 0) {
  return {tasks, bytes, of_client, 0, full_policy::wait};
}

// Threads that wait at a gate for which there is no room, and in which order they are let in.
class crowd {
public:
  explicit crowd(std::shared_ptr<gate> where) : where_(std::move(where)) {}
  ~crowd() {
    where_->close();
    for (auto& each : threads_)
      each.join();
  }
  // Returns once it waits.
  void comes(int name, std::uint64_t client, std::size_t bytes = 1) {
    const auto before = where_->waiting();
    threads_.emplace_back([=, this] {
      auto ticket = where_->enter(client, bytes, never);
      const std::lock_guard lock(mutex_);
      if (!ticket)
        return;
      let_in_.push_back(name);
      tickets_[name] = std::move(ticket);
    });
    while (where_->waiting() == before)
      std::this_thread::yield();
  }
  // The names of those that were let in so far, once they are so many.
  std::vector<int> let_in(std::size_t many) {
    for (;;) {
      const std::lock_guard lock(mutex_);
      if (let_in_.size() >= many)
        return let_in_;
    }
  }
  void goes(int name) {
    std::shared_ptr<const void> ticket;
    const std::lock_guard lock(mutex_);
    ticket.swap(tickets_.at(name));
  }

private:
  const std::shared_ptr<gate> where_;
  std::mutex mutex_;
  std::vector<int> let_in_;                            // guarded by mutex_, as the next
  std::map<int, std::shared_ptr<const void>> tickets_; // of those that are in
  std::vector<std::thread> threads_;
};

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
    while (sut->waiting() == 0)
      std::this_thread::yield();
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

TEST_CASE("those who wait go in as they came, and one that comes later overtakes nobody") {
  const auto sut = std::make_shared<gate>(room(1));
  auto first = sut->enter(0, 1, never);
  crowd people(sut);
  for (int name = 0; name < 8; ++name)
    people.comes(name, 0);
  first.reset();
  std::vector<int> expected;
  for (int name = 0; name < 8; ++name) {
    expected.push_back(name);
    CHECK(people.let_in(expected.size()) == expected);
    CHECK(!sut->enter(0, 1, steady_clock::now()));
    people.goes(name);
  }
  CHECK(sut->enter(0, 1, soon()));
}

TEST_CASE("clients take turns at the gate, however many threads one of them has waiting") {
  const auto sut = std::make_shared<gate>(room(1));
  auto first = sut->enter(9, 1, never);
  crowd people(sut);
  for (const int name : {10, 11, 12, 13})
    people.comes(name, 1);
  people.comes(20, 2);
  people.comes(30, 3);
  people.comes(21, 2);
  first.reset();
  const std::vector<int> order{10, 20, 30, 11, 21, 12, 13};
  for (std::size_t i = 0; i < order.size(); ++i) {
    CHECK(people.let_in(i + 1).back() == order[i]);
    people.goes(order[i]);
  }
}

TEST_CASE("a large task whose turn it is is not overtaken by small ones, until it gives up") {
  const auto sut = std::make_shared<gate>(room(100, 1000));
  auto held = sut->enter(0, 300, never);
  const auto small = sut->enter(0, 300, never);
  crowd people(sut);
  people.comes(1, 1, 600);
  CHECK(!sut->enter(0, 100, soon()));
  held.reset();
  CHECK(people.let_in(1) == std::vector<int>{1});
  // Who gives up holds up nobody any more.
  std::atomic<bool> gave_up{false}; // written by the thread below
  std::thread gives_up([&] {
    CHECK(!sut->enter(1, 600, steady_clock::now() + 100ms));
    gave_up = true;
  });
  while (sut->waiting() == 0 && !gave_up)
    std::this_thread::yield();
  CHECK(sut->enter(0, 100, never));
  gives_up.join();
}

TEST_CASE("a client that has its share holds up no other client that waits behind it") {
  const auto sut = std::make_shared<gate>(room(2, 0, 1));
  auto mine = sut->enter(1, 1, never);
  auto other = sut->enter(2, 1, never);
  crowd people(sut);
  people.comes(10, 1);
  people.comes(30, 3);
  other.reset();
  CHECK(people.let_in(1) == std::vector<int>{30});
  mine.reset();
  CHECK(people.let_in(2).back() == 10);
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
