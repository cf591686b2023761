// What Python's documentation says of the maps of multiprocessing.pool.Pool, in its order and in pinion's
// words.
#include <doctest/doctest.h>

#include <chrono>
#include <numeric>
#include <tuple>
#include <utility>
#include <vector>

#include <unistd.h>

#include <pinion/pinion.hpp>

#include <support/doors.hpp>
#include <support/failure_of.hpp>
#include <support/hold.hpp>
#include <support/leaves_nothing.hpp>
#include <support/pool.hpp>

using namespace pinion;
using test::doors;
using test::failure_of;
using test::leaves_nothing;
using test::numbers_to;
using test::squares_to;
using test::with_workers;
using namespace std::chrono_literals;

namespace {

std::int64_t square(std::int64_t x) { return x * x; }
std::int64_t sum_of_two(std::int64_t a, std::int64_t b) { return a + b; }
std::int64_t linger(double seconds, context& here) {
  test::take_time(here, seconds);
  return 0;
}
// Gives the number that it is told while it runs.
std::int64_t hear(shared_view<std::int64_t> told, context& here) {
  test::hold_until(here, [&] { return told(0).load() != 0; });
  return told(0).load();
}

} // namespace

PINION_KERNELS(k) {
  k.add("mp_map_square", square);
  k.add("mp_map_sum_of_two", sum_of_two);
  k.add("mp_map_linger", linger);
  k.add("mp_map_hear", hear);
  k.add("mp_map_wait_at", doors::wait_at);
}

// -- map, map_async -----------------------------------------------------------------------------

TEST_CASE("get of a map waits for all its results, of items of one argument or of several") {
  const leaves_nothing end;
  node sut(with_workers(2));
  CHECK(sut.map<std::int64_t>("mp_map_square", numbers_to(1000)).get() == squares_to(1000));
  CHECK(sut.map<std::int64_t>("mp_map_sum_of_two", numbers_to(3), numbers_to(3)).get() ==
        std::vector<std::int64_t>{0, 2, 4});
}

TEST_CASE("a chunk larger than all items is one task, and one of a single item a task for each") {
  const leaves_nothing end;
  node sut(with_workers(2));
  map_options how;
  how.chunk = 1'000'000;
  CHECK(sut.map<std::int64_t>(how, "mp_map_square", numbers_to(50)).get() == squares_to(50));
  CHECK(sut.status().done == 1);
  how.chunk = 1;
  CHECK(sut.map<std::int64_t>(how, "mp_map_square", numbers_to(50)).get() == squares_to(50));
  CHECK(sut.status().done == 51);
}

TEST_CASE("map itself does not wait, and its results are told to a function as they are done") {
  const leaves_nothing end;
  node sut(with_workers(2));
  const doors gate(sut, 2);
  map_options how;
  how.chunk = 1;
  const auto results = sut.map<std::int64_t>(how, "mp_map_wait_at", same(gate.view()), numbers_to(2));
  gate.until_one_waits_at(0);
  gate.open(1);
  std::vector<std::pair<std::int64_t, std::int64_t>> told;
  results.as_completed([&](std::int64_t item, std::int64_t result) {
    told.emplace_back(item, result);
    if (item == 1)
      gate.open(0);
  });
  CHECK(told == std::vector<std::pair<std::int64_t, std::int64_t>>{{1, 1}, {0, 0}});
}

// -- imap, imap_unordered -------------------------------------------------------------------------

TEST_CASE("imap gives the results of a long range one by one, and keeps a few alone") {
  const leaves_nothing end;
  node sut(with_workers(2));
  auto items = numbers_to(5000);
  map_options how;
  how.ahead = 16;
  auto results = sut.imap<std::int64_t>("mp_map_square", items, how);
  std::int64_t next = 0;
  for (const auto each : results) {
    REQUIRE(each == next * next);
    REQUIRE(results.taken() <= static_cast<std::size_t>(next) + how.ahead);
    ++next;
  }
  CHECK(next == 5000);
}

TEST_CASE(
    "items of imap that take longer than they may fail where they are looked at, and the next one comes") {
  const leaves_nothing end;
  node sut(with_workers(1));
  std::vector<double> items{1000, 1000, 1000};
  map_options how;
  how.each.timeout = 20ms;
  auto results = sut.imap<std::int64_t>("mp_map_linger", items, how);
  std::vector<actor_errc> seen;
  for (auto at = results.begin(); at != results.end(); ++at)
    seen.push_back(failure_of([&] { static_cast<void>(*at); }).code);
  CHECK(seen == std::vector<actor_errc>(3, actor_errc::deadline_passed));
  CHECK(sut.apply<std::int64_t>("mp_map_square", 3) == 9);
}

TEST_CASE("imap_unordered gives what is done, though an item before it is not") {
  const leaves_nothing end;
  node sut(with_workers(2));
  const auto told = sut.zeros<std::int64_t>({2, 1});
  std::vector<shared_view<std::int64_t>> items{shared_view<std::int64_t>(told.row(0)),
                                               shared_view<std::int64_t>(told.row(1))};
  auto results = sut.imap_unordered<std::int64_t>("mp_map_hear", items);
  items[1](0).store(11); // nobody has asked for a result so far
  auto at = results.begin();
  CHECK(*at == 11);
  items[0](0).store(10);
  ++at;
  CHECK(*at == 10);
  ++at;
  CHECK(at == results.end());
}

TEST_CASE("with a single worker imap_unordered keeps the order of the items") {
  const leaves_nothing end;
  node sut(with_workers(1));
  auto items = numbers_to(500);
  std::vector<std::int64_t> seen;
  for (const auto each : sut.imap_unordered<std::int64_t>("mp_map_square", items))
    seen.push_back(each);
  CHECK(seen == squares_to(500));
}

// -- starmap, starmap_async -----------------------------------------------------------------------

TEST_CASE("starmap of pairs calls the kernel with the two of each pair") {
  const leaves_nothing end;
  node sut(with_workers(2));
  const std::vector<std::pair<std::int64_t, std::int64_t>> calls{{1, 2}, {3, 4}};
  CHECK(sut.starmap<std::int64_t>("mp_map_sum_of_two", calls).get() == std::vector<std::int64_t>{3, 7});
  map_options how;
  how.chunk = 1;
  CHECK(sut.starmap<std::int64_t>("mp_map_sum_of_two", calls, how).get() == std::vector<std::int64_t>{3, 7});
}

TEST_CASE("starmap itself does not wait, and each result may be taken when it is there") {
  const leaves_nothing end;
  node sut(with_workers(2));
  const auto told = sut.zeros<std::int64_t>({2, 1});
  const shared_view<std::int64_t> first(told.row(0));
  const shared_view<std::int64_t> second(told.row(1));
  const std::vector<std::tuple<shared_view<std::int64_t>>> calls{{first}, {second}};
  map_options how;
  how.chunk = 1;
  const auto results = sut.starmap<std::int64_t>("mp_map_hear", calls, how);
  second(0).store(11);
  CHECK(results[1] == 11);
  first(0).store(10);
  CHECK(results[0] == 10);
}
