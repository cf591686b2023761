#include <pinion/actors/task_queue.hpp>

#include <algorithm>
#include <chrono>
#include <doctest/doctest.h>
#include <random>
#include <tuple>
#include <vector>

#include "support/seed.hpp"

using namespace pinion;
using namespace std::chrono_literals;

namespace {

const time_point start{1000s};

task_ptr made(std::uint64_t id, int priority = 0, std::chrono::nanoseconds came = 0s,
              std::chrono::nanoseconds deadline = 0s) {
  auto what = std::make_shared<task>();
  what->id = id;
  what->options.priority = priority;
  what->queued_ns = to_ns(start + came);
  if (deadline != 0s)
    what->deadline = start + deadline;
  return what;
}

std::vector<std::uint64_t> order_of(task_queue& sut, time_point now) {
  std::vector<std::uint64_t> result;
  while (const auto next = sut.pop(now))
    result.push_back(next->id);
  return result;
}

} // namespace

TEST_CASE("of tasks that came at one time the higher priority goes first, then the nearer deadline, then the "
          "older") {
  task_queue sut;
  sut.push(made(1));
  sut.push(made(2, 0, 0s, 9s));
  sut.push(made(3, 5));
  sut.push(made(4, 0, 0s, 3s));
  sut.push(made(5));
  CHECK(order_of(sut, start + 500ms) == std::vector<std::uint64_t>{3, 4, 2, 1, 5});
  CHECK(sut.pop(start) == nullptr);
}

TEST_CASE("a task that has waited long enough goes before a higher priority") {
  task_queue sut(1s);
  sut.push(made(1, 0, 0s));
  sut.push(made(2, 3, 3500ms));
  CHECK(sut.pop(start + 3600ms)->id == 2);
  sut.push(made(3, 3, 4s));
  CHECK(sut.pop(start + 4100ms)->id == 1);
  CHECK(sut.pop(start + 4100ms)->id == 3);
}

TEST_CASE("a task without a deadline is not starved by those that have near ones") {
  task_queue sut(1s);
  sut.push(made(1, 0, 0s));
  sut.push(made(2, 0, 500ms, 600ms));
  CHECK(sut.pop(start + 550ms)->id == 2);
  sut.push(made(3, 0, 1500ms, 1600ms));
  CHECK(sut.pop(start + 1550ms)->id == 1);
}

TEST_CASE("without ageing priorities are strict") {
  task_queue sut(0s);
  sut.push(made(1, -1, 0s));
  sut.push(made(2, 0, 1000s));
  CHECK(order_of(sut, start + 2000s) == std::vector<std::uint64_t>{2, 1});
}

TEST_CASE("the greatest priorities there are do not overflow") {
  task_queue sut(std::chrono::hours{24});
  sut.push(made(1, std::numeric_limits<int>::min()));
  sut.push(made(2, std::numeric_limits<int>::max()));
  CHECK(order_of(sut, start + 1s) == std::vector<std::uint64_t>{2, 1});
}

TEST_CASE("how urgent the next task is is told as it counts then, without taking it") {
  task_queue sut(1s);
  CHECK(!sut.next_urgency(start));
  sut.push(made(1, 2, 0s, 9s));
  CHECK(sut.next_urgency(start) == task_queue::urgency{-2, start + 9s});
  CHECK(sut.next_urgency(start + 3s) == task_queue::urgency{-5, start + 9s});
  CHECK(sut.size() == 1);
  task_queue strict(0s);
  strict.push(made(2, 2));
  CHECK(strict.next_urgency(start + 3s) == task_queue::urgency{-2, never});
}

TEST_CASE("a task is taken out by itself, once") {
  task_queue sut;
  const auto one = made(1, 2);
  sut.push(one);
  sut.push(made(2));
  CHECK(sut.erase(*one));
  CHECK(!sut.erase(*one));
  CHECK(sut.size() == 1);
  CHECK(order_of(sut, start) == std::vector<std::uint64_t>{2});
}

TEST_CASE("clients whose best tasks are of one priority take turns, a new one after those that wait") {
  task_queue sut(0s);
  const auto of = [](std::uint64_t client, std::uint64_t id, int priority = 0) {
    auto what = made(id, priority);
    what->options.client = client;
    return what;
  };
  for (std::uint64_t id = 1; id <= 3; ++id)
    sut.push(of(1, id));
  sut.push(of(2, 4));
  sut.push(of(2, 5));
  CHECK(sut.pop(start)->id == 1);
  sut.push(of(3, 6));
  CHECK(order_of(sut, start) == std::vector<std::uint64_t>{4, 2, 6, 5, 3});
  // One that was empty for a while has saved nothing up.
  sut.push(of(1, 7));
  sut.push(of(1, 8));
  sut.push(of(2, 9));
  CHECK(order_of(sut, start) == std::vector<std::uint64_t>{7, 9, 8});
}

TEST_CASE("a client's backlog, however old, holds up another client's task by one turn") {
  task_queue sut(1s);
  for (std::uint64_t id = 1; id <= 3000; ++id)
    sut.push(made(id));
  auto modest = made(5000, 0, 30s);
  modest->options.client = 2;
  CHECK(sut.pop(start + 30s)->id == 1);
  sut.push(modest);
  std::size_t before = 0;
  while (sut.pop(start + 30s)->id != 5000)
    ++before;
  CHECK(before <= 1);
}

TEST_CASE("a client with urgent tasks does not starve one with others") {
  task_queue sut(1s);
  auto patient = made(1);
  patient->options.client = 2;
  sut.push(patient);
  std::uint64_t id = 1;
  for (auto now = 0ms; now < 10s; now += 10ms) {
    sut.push(made(++id, 3, now));
    if (sut.pop(start + now)->id == 1) {
      CHECK(now > 3s);
      CHECK(now < 5s);
      return;
    }
  }
  FAIL("it never had its turn");
}

TEST_CASE("what is shed is of the client's lowest priority, the nearest deadline first, else the oldest") {
  task_queue sut;
  sut.push(made(1, 2));
  sut.push(made(2, 0));
  sut.push(made(3, 0));
  sut.push(made(4, 0, 0s, 5s));
  CHECK(sut.shed(9, 5) == nullptr);
  CHECK(sut.shed(0, -1) == nullptr);
  CHECK(sut.shed(0, 0)->id == 4);
  CHECK(sut.shed(0, 7)->id == 2);
  CHECK(sut.shed(0, 0)->id == 3);
  CHECK(sut.shed(0, 1) == nullptr);
  CHECK(sut.shed(0, 2)->id == 1);
  CHECK(sut.empty());
}

TEST_CASE("whatever is pushed, popped, erased and shed, the order is that of a plain list") {
  const auto seed = test::seed();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  for (int round = 0; round < 300; ++round) {
    task_queue sut(0s);
    std::vector<task_ptr> model; // one client: higher priority, nearer deadline, older
    const auto before = [](const task_ptr& x, const task_ptr& y) {
      return std::tuple(-x->options.priority, x->deadline, x->id) <
             std::tuple(-y->options.priority, y->deadline, y->id);
    };
    for (std::uint64_t id = 1; id < 100; ++id) {
      const auto what = random() % 10;
      if (what < 5) {
        model.push_back(made(id, static_cast<int>(random() % 3), 0s, std::chrono::seconds(random() % 4)));
        sut.push(model.back());
      } else if (what < 8 || model.empty()) {
        const auto next = sut.pop(start);
        const auto best = std::min_element(model.begin(), model.end(), before);
        REQUIRE((next == nullptr) == model.empty());
        if (next) {
          REQUIRE(next->id == (*best)->id);
          model.erase(best);
        }
      } else if (what == 8) {
        const auto at = model.begin() + static_cast<std::ptrdiff_t>(random() % model.size());
        REQUIRE(sut.erase(**at));
        model.erase(at);
      } else {
        const auto gone = sut.shed(0, 1);
        const auto lowest = std::max_element(model.begin(), model.end(), [](const auto& x, const auto& y) {
          return -x->options.priority < -y->options.priority;
        });
        const auto level = (*lowest)->options.priority;
        REQUIRE((gone == nullptr) == (level > 1));
        if (gone) {
          REQUIRE(gone->options.priority == level);
          std::erase(model, gone);
        }
      }
      REQUIRE(sut.size() == model.size());
    }
  }
}

TEST_CASE("under a stream of urgent tasks every task has its turn within the time that its priority lacks") {
  const auto seed = test::seed();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  task_queue sut(1s);
  std::uint64_t id = 0;
  // One is taken each 10 ms, and an urgent one comes each 10 ms; now and then one that nobody is in a hurry
  // for.
  std::vector<std::pair<std::uint64_t, std::chrono::nanoseconds>> patient;
  std::chrono::nanoseconds longest = 0s;
  for (auto now = 0ms; now < 60s; now += 10ms) {
    sut.push(made(++id, 5, now, now + 20ms));
    if (now < 40s && test::between(random, 0, 50) == 0) {
      sut.push(made(++id, 0, now));
      patient.emplace_back(id, now);
    }
    const auto next = sut.pop(start + now);
    const auto at =
        std::find_if(patient.begin(), patient.end(), [&](const auto& x) { return x.first == next->id; });
    if (at != patient.end()) {
      longest = std::max<std::chrono::nanoseconds>(longest, now - at->second);
      patient.erase(at);
    }
  }
  CHECK(patient.empty());
  CHECK(longest > 5s);
  CHECK(longest < 12s);
}
