#include <doctest/doctest.h>

#include <atomic>
#include <cstring>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

#include <pinion/shm/error.hpp>
#include <pinion/shm/ledger.hpp>

#include "support/throws.hpp"

using namespace pinion;

TEST_CASE("one limit holds for all who take from a ledger, and what is given back can be taken again") {
  ledger node(100);
  ledger worker(descriptor(::fcntl(node.fd(), F_DUPFD_CLOEXEC, 3)));
  const auto mine = node.open();
  const auto theirs = node.open();
  CHECK(node.take(mine, 60));
  CHECK(!worker.take(theirs, 41));
  CHECK(worker.take(theirs, 40));
  CHECK(node.taken() == 100);
  CHECK(!node.take(mine, 1));
  worker.give(theirs, 40);
  CHECK(node.take(mine, 40));
  CHECK(node.taken(mine) == 100);
  CHECK(node.taken(theirs) == 0);
}

TEST_CASE("without a limit everything is granted, and counted all the same") {
  ledger node(0);
  const auto mine = node.open();
  CHECK(node.take(mine, std::uint64_t{1} << 50));
  CHECK(node.taken() == std::uint64_t{1} << 50);
}

TEST_CASE("a slot that is given back is empty and used again, and there are only so many") {
  ledger node(1000);
  const auto first = node.open();
  CHECK(node.take(first, 500));
  node.give_back(first);
  CHECK(node.taken() == 0);
  CHECK(node.open() == first);
  for (std::size_t i = 1; i < ledger_page::most_slots; ++i)
    REQUIRE(node.open() != ledger::no_slot);
  CHECK(node.open() == ledger::no_slot);
  CHECK(!node.take(ledger::no_slot, 1));
  node.give_back(ledger::no_slot);
}

TEST_CASE("threads that take and give at once never have more than the limit between them") {
  ledger node(64);
  std::atomic<std::uint64_t> held{0};
  std::atomic<bool> passed{false};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&, mine = node.open()] {
      for (int round = 0; round < 20'000; ++round)
        if (node.take(mine, 20)) {
          if (held.fetch_add(20) + 20 > 64)
            passed = true;
          held.fetch_sub(20);
          node.give(mine, 20);
        }
    });
  for (auto& each : threads)
    each.join();
  CHECK(!passed);
  CHECK(node.taken() == 0);
}

TEST_CASE("a descriptor that is no ledger is refused") {
  CHECK(test::reason_of([] { const ledger none(descriptor(::open("/dev/null", O_RDWR | O_CLOEXEC))); }) ==
        shm_errc::bad_reference);
}

TEST_CASE("the layout of a ledger's page is the one that is drawn, and fits its version") {
  struct drawn {
    std::uint64_t magic, version, limit, slots, taken[4096];
  };
  static_assert(sizeof(drawn) == sizeof(ledger_page));
  ledger node(5000);
  static_cast<void>(node.open());
  const auto mine = node.open();
  REQUIRE(node.take(mine, 70));
  drawn raw;
  REQUIRE(::pread(node.fd(), &raw, sizeof raw, 0) == static_cast<ssize_t>(sizeof raw));
  CHECK(std::memcmp(&raw, "pionldg1", 8) == 0);
  CHECK(raw.version == 1);
  CHECK(raw.limit == 5000);
  CHECK(raw.slots == 2);
  CHECK(mine == 1);
  CHECK(raw.taken[0] == 0);
  CHECK(raw.taken[1] == 70);
}
