#include <pinion/actors/map_job.hpp>

#include <deque>
#include <doctest/doctest.h>
#include <memory>
#include <random>
#include <set>
#include <vector>

#include <pinion/actors/actor_thread.hpp>
#include <pinion/shm/error.hpp>

#include "support/seed.hpp"

#include "thrown.hpp"

using namespace pinion;

namespace {

// Takes tasks, and ends them when and how it is told.
struct stage {
  struct sent {
    std::int64_t first = 0;
    std::int64_t count = 0;
    task_ptr what;
  };
  std::deque<sent> under_way;
  std::vector<task_ptr> withdrawn;
  std::size_t most = 0;
  std::int64_t last_count = 0;
  bool refuses = false; ///< as a node that has stopped: each task ends at once

  map_job_ptr start(std::int64_t items, std::size_t workers, std::size_t at_a_time, std::int64_t chunk = 0,
                    bool stop_on_failure = true) {
    map_job::plan plan;
    plan.items = items;
    plan.workers = workers;
    plan.under_way = at_a_time;
    plan.chunk = chunk;
    plan.stop_on_failure = stop_on_failure;
    plan.make = [this](std::int64_t first, std::int64_t count) {
      auto what = std::make_shared<task>();
      made.push_back({first, count, what});
      return what;
    };
    plan.submit = [this](task_ptr what) {
      if (refuses)
        return end(what, failure{actor_errc::node_stopping, "the node is stopping"});
      for (const auto& each : made)
        if (each.what == what)
          under_way.push_back(each);
      made.clear();
      most = std::max(most, under_way.size());
    };
    plan.withdraw = [this](const task_ptr& what) { withdrawn.push_back(what); };
    auto job = std::make_shared<map_job>(plan);
    job->start();
    return job;
  }

  static void end(const task_ptr& what, std::variant<argument, failure> result, std::int64_t ns = 1000) {
    outcome how;
    how.result = std::move(result);
    how.stamps.started = 1;
    how.stamps.finished = 1 + ns;
    (*std::exchange(what->on_done, nullptr))(std::move(how));
  }
  // One of those under way.
  void end(std::size_t which, std::variant<argument, failure> result = argument{}, std::int64_t ns = 1000) {
    const auto one = under_way[which];
    under_way.erase(under_way.begin() + static_cast<std::ptrdiff_t>(which));
    end(one.what, std::move(result), ns);
  }

private:
  std::vector<sent> made;
};

failure why(const map_job::piece& what) { return std::get<failure>(what.what.result); }

} // namespace

TEST_CASE("each item is in one task, no more are under way than wanted, and all come to an end") {
  const auto seed = test::seed();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  for (int round = 0; round < 200; ++round) {
    stage sut;
    const auto items = test::between(random, 0, 300);
    const auto at_a_time = static_cast<std::size_t>(test::between(random, 1, 7));
    const auto job = sut.start(items, static_cast<std::size_t>(test::between(random, 1, 4)), at_a_time,
                               test::between(random, 0, 5));
    while (!sut.under_way.empty())
      sut.end(static_cast<std::size_t>(
                  test::between(random, 0, static_cast<std::int64_t>(sut.under_way.size()) - 1)),
              argument{}, test::between(random, 0, 100'000));
    CHECK(sut.most <= at_a_time);
    std::set<std::int64_t> seen;
    for (std::size_t n = 0; const auto* piece = job->nth_done(n); ++n)
      for (auto i = piece->first; i < piece->first + piece->count; ++i)
        REQUIRE(seen.insert(i).second);
    REQUIRE(static_cast<std::int64_t>(seen.size()) == items);
    for (std::int64_t i = 0; i < items; ++i) {
      const auto& piece = job->wait_for(i);
      REQUIRE((piece.first <= i && i < piece.first + piece.count));
    }
  }
}

TEST_CASE("after a failure no more is begun, and what was not says why") {
  stage sut;
  const auto job = sut.start(100, 2, 2, 1);
  sut.end(1, failure{actor_errc::kernel_failed, "f: item 1: no"});
  CHECK(sut.under_way.size() == 1);
  sut.end(0);
  CHECK(sut.under_way.empty());
  CHECK(job->wait_for(0).what.ok());
  CHECK(why(job->wait_for(1)).code == actor_errc::kernel_failed);
  CHECK(why(job->wait_for(2)) == failure{actor_errc::cancelled, "items 2 to 99: not begun: f: item 1: no"});
  CHECK(why(job->wait_for(99)).code == actor_errc::cancelled);
  CHECK(job->nth_done(1)->count == 98);
  CHECK(job->nth_done(2)->first == 0);
  CHECK(job->nth_done(3) == nullptr);
}

TEST_CASE("a map that does not mind failures goes on") {
  stage sut;
  const auto job = sut.start(4, 2, 2, 1, false);
  while (!sut.under_way.empty())
    sut.end(0, failure{actor_errc::kernel_failed, "no"});
  for (std::int64_t i = 0; i < 4; ++i)
    CHECK(why(job->wait_for(i)).code == actor_errc::kernel_failed);
}

TEST_CASE(
    "of a task in which one item failed the ones before are done, and those behind go on where they may") {
  stage sut;
  const auto job = sut.start(10, 1, 1, 10, false);
  sut.end(0, failure{actor_errc::kernel_failed, "f: item 4: it says: item 7: no"});
  CHECK(job->wait_for(3).what.ok());
  CHECK(why(job->wait_for(4)).text == "f: item 4: it says: item 7: no");
  REQUIRE(sut.under_way.size() == 1);
  CHECK(sut.under_way[0].first == 5);
  CHECK(sut.under_way[0].count == 5);
  sut.end(0, failure{actor_errc::worker_died, "f: worker 1 died"});
  CHECK(why(job->wait_for(9)).text == "items 5 to 9: f: worker 1 died");
  CHECK(job->nth_done(3) == nullptr);
}

TEST_CASE("what a full queue refused is tried again when a task of the map has ended") {
  stage sut;
  const auto job = sut.start(3, 3, 3, 1);
  sut.end(2, failure{actor_errc::overloaded, "full"});
  CHECK(sut.under_way.size() == 3);
  CHECK(sut.under_way[2].first == 2);
  while (!sut.under_way.empty())
    sut.end(0);
  for (std::int64_t i = 0; i < 3; ++i)
    CHECK(job->wait_for(i).what.ok());
}

TEST_CASE("of dear items few are under way, of cheap ones many") {
  stage dear;
  const auto one = dear.start(1000, 2, 1000, 1);
  CHECK(dear.under_way.size() == 2);
  dear.end(0, argument{}, 20'000'000);
  CHECK(dear.under_way.size() == 4);
  stage cheap;
  const auto other = cheap.start(1000, 2, 100, 1);
  cheap.end(0, argument{}, 1000);
  CHECK(cheap.under_way.size() == 100);
  for (auto* each : {&dear, &cheap}) {
    each->refuses = true;
    while (!each->under_way.empty())
      each->end(0);
  }
}

TEST_CASE("there is no item behind the last one, and a map of very many ends at once when it stops") {
  stage sut;
  const auto job = sut.start(1'000'000'000'000, 1, 1, 1);
  CHECK_THROWS_AS(job->wait_for(1'000'000'000'000), shm_error);
  CHECK_THROWS_AS(job->wait_for(-1), shm_error);
  sut.end(0, failure{actor_errc::kernel_failed, "no"});
  CHECK(why(job->wait_for(999'999'999'999)).code == actor_errc::cancelled);
}

TEST_CASE("a cancelled map begins nothing and withdraws what is under way") {
  stage sut;
  const auto job = sut.start(100, 2, 3, 10);
  job->cancel();
  CHECK(sut.withdrawn.size() == 3);
  CHECK(why(job->wait_for(50)) ==
        failure{actor_errc::cancelled, "items 30 to 99: not begun: the map was cancelled"});
  while (!sut.under_way.empty())
    sut.end(0, failure{actor_errc::cancelled, "withdrawn"});
  CHECK(sut.most == 3);
  CHECK(job->nth_done(4) == nullptr);
}

TEST_CASE("a node that stops ends a map of a million items at once, whether it minds failures or not") {
  for (const bool minds : {true, false}) {
    stage sut;
    sut.refuses = true;
    const auto job = sut.start(1'000'000, 2, 1000, 1, minds);
    CHECK(why(job->wait_for(0)).code == actor_errc::node_stopping);
    CHECK(why(job->wait_for(999'999)).code == actor_errc::node_stopping);
  }
}

TEST_CASE("a map is not waited for on an actor's thread") {
  stage sut;
  const auto job = sut.start(1, 1, 1, 1);
  mark_actor_thread(true);
  const auto refused = thrown_by([&] { job->wait_for(0); });
  const auto also = thrown_by([&] { job->nth_done(0); });
  mark_actor_thread(false);
  CHECK(refused.code == actor_errc::would_block);
  CHECK(also.code == actor_errc::would_block);
  sut.end(0);
}
