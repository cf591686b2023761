// The messages to an actor whose process may die.
#include <doctest/doctest.h>

#include <deque>
#include <map>
#include <string>

#include <pinion/actors/letter_box.hpp>

#include "seed.hpp"

using namespace pinion;
using namespace std::chrono_literals;

namespace {

using box = letter_box<std::string>;
constexpr auto t0 = time_point{100s};

std::vector<std::uint64_t> numbers(const std::vector<box::entry>& what) {
  std::vector<std::uint64_t> result;
  for (const auto& each : what)
    result.push_back(each.number);
  return result;
}

} // namespace

TEST_CASE("letters leave in the order in which they came, a few ahead of the answers") {
  box sut({.ahead = 2});
  for (const auto* each : {"a", "b", "c"})
    sut.put(each, 1, never);
  CHECK(sut.send()->what == "a");
  CHECK(sut.send()->what == "b");
  CHECK(sut.send() == nullptr);
  CHECK(sut.take(1)->what == "a");
  CHECK(sut.send()->what == "c");
  CHECK(sut.send() == nullptr);
  CHECK_FALSE(sut.take(1));
  CHECK(sut.size() == 2);
}

TEST_CASE("what a dead process had begun fails, what was sent or waits goes to the next one") {
  box sut({.ahead = 3});
  for (const auto* each : {"a", "b", "c", "d"})
    sut.put(each, 1, never);
  for (int i = 0; i < 3; ++i)
    sut.send();
  sut.take(1);
  CHECK(numbers(sut.died(2)) == std::vector<std::uint64_t>{2});
  CHECK(sut.in_flight() == 0);
  CHECK(sut.send()->what == "c");
  CHECK(sut.send()->what == "d");
}

TEST_CASE("a letter that may be handled twice fails when it has taken down as many processes as it may") {
  box sut({.most_deaths = 2});
  sut.put("a", 1, never);
  sut.send();
  CHECK(sut.died(1).empty());
  sut.send();
  const auto lost = sut.died(1);
  REQUIRE(lost.size() == 1);
  CHECK(lost[0].deaths == 2);
  CHECK(sut.size() == 0);
}

TEST_CASE("a process that dies before it was sent anything takes no letter with it") {
  box sut({});
  sut.put("a", 1, never);
  CHECK(sut.died(7).empty());
  CHECK(sut.send()->what == "a");
}

TEST_CASE("letters whose time is over are given back, sent or not") {
  box sut({.ahead = 1});
  sut.put("a", 1, t0 + 2s);
  sut.put("b", 1, t0 + 1s);
  sut.put("c", 1, never);
  sut.send();
  CHECK(sut.next_deadline() == t0 + 1s);
  CHECK(numbers(sut.expired(t0 + 1s)) == std::vector<std::uint64_t>{2});
  CHECK(numbers(sut.expired(t0 + 5s)) == std::vector<std::uint64_t>{1});
  CHECK(sut.next_deadline() == never);
  CHECK(sut.send()->what == "c");
}

TEST_CASE("a box is full of letters or of their bytes, but takes one letter of any size") {
  box sut({.most = 2, .most_bytes = 10});
  CHECK_FALSE(sut.full(100));
  sut.put("a", 6, never);
  CHECK(sut.full(5));
  CHECK_FALSE(sut.full(4));
  sut.put("b", 1, never);
  CHECK(sut.full(1));
  sut.take(1);
  CHECK_FALSE(sut.full(9));
}

TEST_CASE("a box with random letters, answers and deaths loses none and answers none twice") {
  const auto seed = test_seed();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  box sut({.most = 50, .ahead = 4, .most_deaths = 2});
  std::map<std::uint64_t, int> open; // by number: deaths
  std::deque<std::uint64_t> with_process;
  std::uint64_t last = 0;
  std::uint64_t begun = 0;
  for (int step = 0; step < 20'000; ++step) {
    switch (random() % 4) {
    case 0:
      if (!sut.full(1)) {
        sut.put("x", 1, never);
        open[++last] = 0;
      }
      break;
    case 1:
      while (const auto* next = sut.send()) {
        REQUIRE(open.contains(next->number));
        REQUIRE((with_process.empty() || with_process.back() < next->number));
        with_process.push_back(next->number);
      }
      break;
    case 2:
      if (!with_process.empty()) {
        begun = with_process.front();
        REQUIRE(sut.take(begun));
        open.erase(begun);
        with_process.pop_front();
      }
      break;
    default:
      if (random() % 8 != 0)
        break;
      if (!with_process.empty() && random() % 2 == 0)
        begun = with_process.front();
      std::vector<std::uint64_t> expected;
      for (auto& [number, deaths] : open)
        if (!with_process.empty() && number <= std::min(begun, with_process.back()) && ++deaths >= 2)
          expected.push_back(number);
      REQUIRE(numbers(sut.died(begun)) == expected);
      for (const auto each : expected)
        open.erase(each);
      with_process.clear();
      begun = 0;
    }
    REQUIRE(sut.size() == open.size());
    REQUIRE(sut.in_flight() == with_process.size());
  }
  CHECK(sut.clear().size() == open.size());
}
