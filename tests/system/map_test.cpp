// Many calls of a kernel on real workers, in the order of Python's documentation of its pools.
#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <numeric>
#include <random>
#include <ranges>
#include <thread>

#include <unistd.h>

#include <pinion/pinion.hpp>

#include <support/failure_of.hpp>
#include <support/hold.hpp>
#include <support/leaves_nothing.hpp>
#include <support/process.hpp>
#include <support/seed.hpp>
#include <support/shm_left.hpp>

using namespace pinion;
using test::leaves_nothing;
using namespace std::chrono_literals;

namespace {

double half(double x) { return x / 2; }
std::string slow_text(std::int64_t x, context& here) {
  if (x == 0)
    throw std::domain_error("the first");
  test::take_time(here, 0.005);
  return "";
}
std::string which_small(std::int8_t) { return "small"; }
std::string which_large(double) { return "large"; }
double sized_small(std::int8_t) { return 8; }
double sized_large(double) { return 64; }
double sum_of(view<const double> x) { return std::accumulate(x.begin(), x.end(), 0.0); }
double dot_of(view<const double> a, view<const double> b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}
double scaled_sum(view<const double> x, double by) { return by * sum_of(x); }
void scale(view<double> x, double by) {
  for (auto& each : x)
    each *= by;
}
std::string greet(const std::string& who, std::int64_t times) { return who + " x" + std::to_string(times); }
array<double> ones(context& here, std::int64_t count) {
  auto result = here.make<double>({count});
  std::ranges::fill(result.span(), 1.0);
  return result;
}
std::int64_t pick(std::int64_t x, std::int64_t bad) {
  if (x == bad)
    throw std::domain_error("a bad one");
  return x;
}
std::int64_t own_pid(std::int64_t) { return ::getpid(); }
void die(std::int64_t x) {
  if (x == 3)
    ::raise(SIGKILL);
}
// Returns when its gate is opened, or when it is asked to stop.
std::int64_t wait_at(shared_view<std::int64_t> gates, std::int64_t which, context& here) {
  gates(which).store(1);
  test::hold_until(here, [&] { return gates(which).load() == 2; });
  return which;
}

config two_workers() {
  config result;
  result.workers = 2;
  return result;
}

} // namespace

PINION_KERNELS(k) {
  k.add("map_half", half);
  k.add("map_slow_text", slow_text);
  k.add("map_which", which_small);
  k.add("map_which", which_large);
  k.add("map_sized", sized_small);
  k.add("map_sized", sized_large);
  k.add("map_sum_of", sum_of);
  k.add("map_dot_of", dot_of);
  k.add("map_scaled_sum", scaled_sum);
  k.add("map_scale", scale);
  k.add("map_greet", greet);
  k.add("map_ones", ones);
  k.add("map_pick", pick);
  k.add("map_own_pid", own_pid);
  k.add("map_die", die);
  k.add("map_wait_at", wait_at);
}

TEST_CASE("apply calls a kernel and gives its result") {
  const leaves_nothing after;
  node sut(two_workers());
  CHECK(sut.apply<double>("map_half", 5) == 2.5);
}

TEST_CASE("a kernel with a type is called like a function") {
  const leaves_nothing after;
  node sut(two_workers());
  const kernel<decltype(sum_of)> total{"map_sum_of"};
  const auto a = sut.full<double>({10}, 2.0);
  CHECK(sut.submit(total, a).get() == 20.0);
  task_options first;
  first.worker = 0;
  CHECK(sut.submit(first, total, a.slice(0, 0, 3)).worker() == 0);
  const auto rows_total = sut.map(total, rows(sut.full<double>({3, 4}, 1.0)));
  CHECK(rows_total.get() == std::vector<double>{4, 4, 4});
}

TEST_CASE("map gives results in the order of the items, for a million tiny ones too") {
  const leaves_nothing after;
  node sut(two_workers());
  std::vector<double> items(1'000'000);
  std::iota(items.begin(), items.end(), 0.0);
  const auto before = sut.status().done;
  const auto results = sut.map<double>("map_half", items).get();
  REQUIRE(results.size() == items.size());
  for (std::size_t i = 0; i < items.size(); ++i)
    REQUIRE(results[i] == items[i] / 2);
  CHECK(sut.status().done - before < 2000); // many items a task
}

TEST_CASE("map takes as many arguments as the kernel, numbers by the rule of arguments, and what is the same "
          "for all") {
  const leaves_nothing after;
  node sut(two_workers());
  const auto table = sut.zeros<double>({50, 20});
  std::iota(table.begin(), table.end(), 0.0);
  const auto weights = sut.full<double>({20}, 1.0);
  const auto sums = sut.map<double>("map_sum_of", rows(table)).get();
  REQUIRE(sums.size() == 50);
  CHECK(sums[1] == 20 * 20 + 190);
  CHECK(sut.map<double>("map_dot_of", rows(table), same(weights)).get() == sums);
  CHECK(sut.map<double>("map_dot_of", rows(table), rows(table)).size() == 50);
  const std::vector<int> factors(50, 2); // a double is wanted
  const auto doubled = sut.map<double>("map_scaled_sum", table, factors).get();
  CHECK(doubled[7] == 2 * sums[7]);
  CHECK(sut.map<double>("map_scaled_sum", rows(table.transpose()), same(1)).get().size() == 20);
}

TEST_CASE("a map over rows or tiles writes where they lie, and copies nothing") {
  const leaves_nothing after;
  node sut(two_workers());
  const auto table = sut.full<double>({40, 30}, 1.0);
  sut.map<void>("map_scale", rows(table), same(3.0)).get();
  CHECK(std::count(table.begin(), table.end(), 3.0) == 1200);
  const auto tile_sums = sut.map<double>("map_sum_of", tiles(table, {16, 16})).get();
  REQUIRE(tile_sums.size() == 6);
  CHECK(tile_sums[0] == 3.0 * 256);
  CHECK(tile_sums[5] == 3.0 * 8 * 14);
  CHECK(std::accumulate(tile_sums.begin(), tile_sums.end(), 0.0) == 3600.0);
}

TEST_CASE("kernels that give texts or arrays are mapped, a task for each item") {
  const leaves_nothing after;
  node sut(two_workers());
  const std::vector<std::string> names{"ada", "bob"};
  const std::vector<int> times{1, 2};
  CHECK(sut.map<std::string>("map_greet", names, times).get() ==
        std::vector<std::string>{"ada x1", "bob x2"});
  std::int64_t wanted = 0;
  for (const auto& each : sut.map<array<double>>("map_ones", std::vector<int>{0, 1, 2, 3}))
    CHECK(each.size() == wanted++);
}

TEST_CASE("results lie in one array that may be taken as it is") {
  const leaves_nothing after;
  node sut(two_workers());
  const auto all = sut.map<double>("map_half", std::vector<int>{1, 2, 3}).shared();
  CHECK(std::vector<double>(all.begin(), all.end()) == std::vector<double>{0.5, 1, 1.5});
  CHECK(sut.submit<double>("map_sum_of", all).get() == 3.0);
}

TEST_CASE("starmap takes the arguments of a call from a tuple") {
  const leaves_nothing after;
  node sut(two_workers());
  const std::vector<std::pair<std::string, int>> calls{{"x", 3}, {"y", 4}};
  CHECK(sut.starmap<std::string>("map_greet", calls).get() == std::vector<std::string>{"x x3", "y x4"});
  const std::vector<std::tuple<std::int64_t, int>> picks{{1, 2}, {3, 4}};
  CHECK(sut.starmap<std::int64_t>("map_pick", picks).get() == std::vector<std::int64_t>{1, 3});
}

TEST_CASE("a map of nothing gives nothing") {
  const leaves_nothing after;
  node sut(two_workers());
  CHECK(sut.map<double>("map_half", std::vector<double>{}).get().empty());
  CHECK(sut.map<double>("map_half", std::vector<double>{}).shared().size() == 0);
}

TEST_CASE("a map is refused where it is asked for when its arguments do not fit") {
  const leaves_nothing after;
  node sut(two_workers());
  const auto refused = [&](auto&& call) {
    try {
      call();
    } catch (const task_error& why) {
      return why.why();
    }
    return failure{};
  };
  const std::vector<int> two{1, 2};
  const std::vector<int> three{1, 2, 3};
  CHECK(refused([&] { sut.map<std::int64_t>("map_pick", two, three); }).text ==
        "map_pick: argument 2 has 3 items, those before it have 2; give as many of each, or same(x) for what "
        "does not change");
  CHECK(refused([&] { sut.map<double>("map_hafl", two); }).code == actor_errc::unknown_kernel);
  CHECK(refused([&] {
          sut.map<std::int64_t>("map_pick", same(1), same(2));
        }).text.find("one argument with items") != std::string::npos);
  const std::vector<std::uint64_t> large{1, ~std::uint64_t{0}};
  CHECK(refused([&] { sut.map<std::int64_t>("map_pick", large, two); }).text ==
        "map_pick: item 1: argument 1: expected int64, got uint64 18446744073709551615");
  CHECK(refused([&] { sut.map<double>("map_sum_of", two); }).code == actor_errc::bad_arguments);
  CHECK(refused([&] { sut.map<double>("map_hafl", std::vector<int>{}); }).code == actor_errc::unknown_kernel);
  map_options how;
  how.chunk = -5;
  CHECK(refused([&] { sut.map<double>(how, "map_half", two); }).code == actor_errc::bad_arguments);
  CHECK(sut.apply<double>("map_half", 1) == 0.5); // the node goes on
}

TEST_CASE("where no task runs many items, too, few are begun behind one that fails") {
  const leaves_nothing after;
  node sut(two_workers());
  std::vector<std::int64_t> items(200);
  std::iota(items.begin(), items.end(), 0);
  const auto results = sut.map<std::string>("map_slow_text", items);
  CHECK_THROWS_WITH_AS(results.get(), "item 0: map_slow_text: std::domain_error: the first", task_error);
  CHECK_THROWS_AS(static_cast<void>(results[199]), task_error);
  CHECK(sut.status().done < 100);
}

TEST_CASE("a map of more items than may wait in the queue comes to its end") {
  const leaves_nothing after;
  auto settings = two_workers();
  settings.max_queue = 10;
  node sut(settings);
  const std::vector<std::string> names(500, "x");
  CHECK(sut.map<std::string>("map_greet", names, same(1)).get().size() == 500);
  std::vector<double> items(500, 1.0);
  std::size_t seen = 0;
  map_options how;
  how.ahead = 8;
  for ([[maybe_unused]] const double each : sut.imap<double>("map_half", items, how))
    ++seen;
  CHECK(seen == 500);
}

TEST_CASE("what does not fit the overload of the first item is asked for by itself") {
  const leaves_nothing after;
  node sut(two_workers());
  CHECK(sut.map<std::string>("map_which", std::vector<int>{1, 300}).get() ==
        std::vector<std::string>{"small", "large"});
  CHECK(sut.map<double>("map_sized", std::vector<int>{1, 300}).get() == std::vector<double>{8, 64});
}

TEST_CASE("an item that fails is named, results before it are given, and no more is begun behind it") {
  const leaves_nothing after;
  node sut(two_workers());
  std::vector<std::int64_t> items(100'000);
  std::iota(items.begin(), items.end(), 0);
  map_options how;
  how.chunk = 10;
  const auto results = sut.map<std::int64_t>(how, "map_pick", items, same(555));
  CHECK(results[549] == 549);
  CHECK(results[554] == 554); // of the same task
  try {
    results.get();
    FAIL("item 555 did not fail");
  } catch (const task_error& why) {
    CHECK(why.reason() == actor_errc::kernel_failed);
    CHECK(std::string(why.what()) == "map_pick: item 555: std::domain_error: a bad one");
  }
  try {
    static_cast<void>(results[99'999]);
    FAIL("the last item was run");
  } catch (const task_error& why) {
    CHECK(why.reason() == actor_errc::cancelled);
  }
  how.stop_on_failure = false;
  const auto all = sut.map<std::int64_t>(how, "map_pick", items, same(555));
  CHECK(all[99'999] == 99'999);
  CHECK(all[554] == 554);
  CHECK(all[556] == 556);
  CHECK_THROWS_AS(all.get(), task_error);
  CHECK_THROWS_AS(static_cast<void>(all[100'000]), shm_error);
}

TEST_CASE("a worker that dies fails the items that it had, or they run again where that may be") {
  const leaves_nothing after;
  auto settings = two_workers();
  settings.restart_limit = 1000;
  node sut(settings);
  map_options how;
  how.chunk = 1;
  how.stop_on_failure = false;
  const auto results = sut.map<void>(how, "map_die", std::vector<int>{0, 1, 2, 3, 4, 5});
  CHECK_THROWS_WITH_AS(results.get(), doctest::Contains("item 3: map_die: worker "),
                       task_error); // not pinion.map.
  std::set<std::int64_t> fine;
  CHECK_THROWS_AS(results.as_completed([&](std::int64_t item) { fine.insert(item); }), task_error);
  CHECK(!fine.contains(3));
}

TEST_CASE("results may be taken in the order in which they are done") {
  const leaves_nothing after;
  node sut(two_workers());
  auto gates = sut.zeros<std::int64_t>({2});
  const shared_view<std::int64_t> doors(gates);
  const auto results = sut.map<std::int64_t>("map_wait_at", same(doors), std::vector<int>{0, 1});
  REQUIRE(test::eventually([&] { return doors(0).load() == 1 && doors(1).load() == 1; }));
  doors(1).store(2);
  std::vector<std::int64_t> order;
  results.as_completed([&](std::int64_t item, std::int64_t) {
    order.push_back(item);
    doors(0).store(2);
  });
  CHECK(order == std::vector<std::int64_t>{1, 0});
}

TEST_CASE("imap takes no more from its range than a few items ahead, and the range may be endless") {
  const leaves_nothing after;
  node sut(two_workers());
  auto endless = std::views::iota(std::int64_t{0});
  map_options how;
  how.ahead = 5;
  auto results = sut.imap<double>("map_half", endless, how);
  double wanted = 0;
  for (const double each : results) {
    CHECK(each == wanted / 2);
    if (++wanted == 100)
      break;
  }
  CHECK(results.taken() <= 105);
}

TEST_CASE("imap goes on behind an item that fails") {
  const leaves_nothing after;
  node sut(two_workers());
  std::vector<std::string> items{"1", "2"}; // map_half takes numbers
  int refused = 0;
  auto results = sut.imap<double>("map_half", items);
  for (auto at = results.begin(); at != results.end(); ++at)
    try {
      static_cast<void>(*at);
    } catch (const task_error& why) {
      refused += why.reason() == actor_errc::bad_arguments ? 1 : 0;
    }
  CHECK(refused == 2);
}

TEST_CASE("imap_unordered gives what is done first, each result once") {
  const leaves_nothing after;
  node sut(two_workers());
  std::vector<int> items(500);
  std::iota(items.begin(), items.end(), 0);
  std::vector<double> seen;
  for (const double each : sut.imap_unordered<double>("map_half", items))
    seen.push_back(each * 2);
  std::sort(seen.begin(), seen.end());
  CHECK(std::equal(seen.begin(), seen.end(), items.begin(), items.end()));
}

TEST_CASE("a result is told to a function on a thread where it may wait, and to a coroutine") {
  const leaves_nothing after;
  node sut(two_workers());
  std::promise<double> told;
  sut.submit<double>("map_half", 6).then([&](const future<double>& done) {
    told.set_value(done.get() + sut.submit<double>("map_half", 2).get()); // waits, on that thread
  });
  CHECK(told.get_future().get() == 4.0);
  const auto quarter = [](node& where, double x) -> coroutine<double> {
    const double once = co_await where.submit<double>("map_half", x);
    co_return co_await where.submit<double>("map_half", once);
  };
  CHECK(quarter(sut, 10.0).get() == 2.5);
  const auto wrong = [](node& where) -> coroutine<double> {
    co_return co_await where.submit<double>("map_half", "text");
  };
  CHECK_THROWS_AS(wrong(sut).get(), task_error);
}

TEST_CASE("who is to be called is called before the node is gone, though the task was not done") {
  const leaves_nothing after;
  std::atomic<int> told{0}; // written by the node's thread for that
  {
    node sut(two_workers());
    auto gates = sut.zeros<std::int64_t>({1});
    for (int i = 0; i < 10; ++i)
      sut.submit<std::int64_t>("map_wait_at", shared_view<std::int64_t>(gates), 0)
          .then([&](const future<std::int64_t>& done) {
            told += test::failure_of(done).code == actor_errc::node_stopping ? 1 : 0;
          });
  }
  CHECK(told == 10);
}

TEST_CASE("who is told a result may use the node until it is gone") {
  const leaves_nothing after;
  for (int round = 0; round < 10; ++round) {
    std::atomic<int> told{0};
    std::atomic<bool> leaving{false}; // written by this thread
    {
      node sut(two_workers());
      for (int i = 0; i < 4; ++i)
        sut.submit<double>("map_half", i).then([&](const future<double>&) {
          leaving.wait(false);
          static_cast<void>(sut.status());
          static_cast<void>(sut.full<double>({1 << 20}, 1.0));
          const auto late = sut.submit<double>("map_half", 1);
          late.wait();
          ++told;
        });
      leaving = true;
      leaving.notify_all();
    }
    CHECK(told == 4);
  }
}

TEST_CASE("a function that throws where it is told a result harms nobody else") {
  const leaves_nothing after;
  auto settings = two_workers();
  settings.log_level = "off";
  node sut(settings);
  std::promise<void> told;
  sut.submit<double>("map_half", 1).then([](const future<double>&) { throw std::runtime_error("mine"); });
  sut.submit<double>("map_half", 1).then([&](const future<double>&) { told.set_value(); });
  told.get_future().get();
}

TEST_CASE("a task that is cancelled while it waits never runs, one that runs is asked to stop") {
  const leaves_nothing after;
  node sut(two_workers());
  auto gates = sut.zeros<std::int64_t>({3});
  const shared_view<std::int64_t> doors(gates);
  std::vector<future<std::int64_t>> held;
  for (std::int64_t i = 0; i < 3; ++i) {
    held.push_back(sut.submit<std::int64_t>("map_wait_at", doors, i));
    if (i < 2)
      REQUIRE(test::eventually([&] { return doors(i).load() == 1; }));
  }
  held[2].cancel();
  CHECK(test::failure_of(held[2]).code == actor_errc::cancelled);
  held[0].cancel();
  CHECK(test::failure_of(held[0]).code == actor_errc::cancelled);
  doors(1).store(2);
  CHECK(held[1].get() == 1);
  CHECK(sut.apply<double>("map_half", 1) == 0.5);
  CHECK(doors(2).load() == 0);
  CHECK(sut.status().workers[0].restarts + sut.status().workers[1].restarts == 0);
  held[1].cancel(); // too late, and no harm
  CHECK(held[1].get() == 1);
}

TEST_CASE("a map that is cancelled ends, and the node goes on") {
  const leaves_nothing after;
  node sut(two_workers());
  auto gates = sut.zeros<std::int64_t>({1000});
  const shared_view<std::int64_t> doors(gates);
  std::vector<int> items(1000);
  std::iota(items.begin(), items.end(), 0);
  const auto results = sut.map<std::int64_t>("map_wait_at", same(doors), items);
  REQUIRE(test::eventually([&] { return doors(0).load() == 1; }));
  results.cancel();
  CHECK_THROWS_AS(results.get(), task_error);
  CHECK(sut.apply<double>("map_half", 1) == 0.5);
}

TEST_CASE("random maps give what the same loop gives here") {
  const leaves_nothing after;
  const auto seed = test::seed();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  node sut(two_workers());
  for (int round = 0; round < 100; ++round) {
    const auto count = test::between(random, 0, 400);
    const auto width = test::between(random, 1, 20);
    const auto table = sut.zeros<double>({count, width});
    for (auto& each : table)
      each = static_cast<double>(test::between(random, -100, 100));
    const auto step = test::between(random, 0, 1) == 0 ? 1 : 2;
    const auto look = table.slice(1, 0, width, step);
    map_options how;
    how.chunk = test::between(random, 0, 3) == 0 ? test::between(random, 1, 50) : 0;
    const auto results = sut.map<double>(how, "map_scaled_sum", rows(look), same(2)).get();
    REQUIRE(static_cast<std::int64_t>(results.size()) == count);
    for (std::int64_t i = 0; i < count; ++i)
      REQUIRE(results[static_cast<std::size_t>(i)] == scaled_sum(look.row(i), 2));
  }
}
