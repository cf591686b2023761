#include <pinion/shm/graveyard.hpp>

#include <doctest/doctest.h>
#include <memory>
#include <thread>
#include <utility>

using namespace pinion;

TEST_CASE("who waits for a mapping to be dropped goes on when it is gone, and not before") {
  const auto sut = std::make_shared<graveyard>();
  bool gone = false; // written by the thread that drops it, read when that is noted
  auto given = sut->enter(std::shared_ptr<const void>(&gone, [&](bool* it) { *it = true; }));
  std::jthread digger([mine = std::move(given)]() mutable { mine.reset(); });
  CHECK(sut->wait_for_more(0, std::chrono::hours{1}));
  CHECK(gone);
  CHECK(sut->dropped() == 1);
}

TEST_CASE("nobody waits for mappings when there are none, nor for longer than they like") {
  const auto sut = std::make_shared<graveyard>();
  CHECK(!sut->wait_for_more(0, std::chrono::hours{1}));
  const auto given = sut->enter(std::make_shared<int>());
  CHECK(!sut->wait_for_more(0, std::chrono::milliseconds{1}));
}

TEST_CASE("a mapping that was dropped before anybody waited counts, too") {
  const auto sut = std::make_shared<graveyard>();
  sut->enter(std::make_shared<int>()).reset();
  CHECK(sut->wait_for_more(0, std::chrono::hours{1}));
  CHECK(!sut->wait_for_more(1, std::chrono::hours{1}));
}
