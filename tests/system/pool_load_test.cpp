// A pool in which something goes wrong, or is changed, while several clients are at work: each of their tasks
// is answered once, with its own result.
#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <deque>
#include <thread>
#include <utility>
#include <vector>

#include <unistd.h>

#include <pinion/pinion.hpp>

#include <support/failure_of.hpp>
#include <support/leaves_nothing.hpp>
#include <support/pool.hpp>

using namespace pinion;
using test::eventually;
using test::failure_of;
using test::leaves_nothing;
using test::with_workers;
using namespace std::chrono_literals;

namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::int64_t each_client = 300;
#else
constexpr std::int64_t each_client = 2000;
#endif
constexpr std::int64_t clients = 3;

std::int64_t square(shared_view<std::int64_t> runs, std::int64_t which) {
  runs(which).fetch_add(1);
  return which * which;
}
// Heeds no request to stop; 0: returns at once.
void run_away(shared_view<std::int64_t> begun, std::int64_t really) {
  if (really == 0)
    return;
  begun(0).fetch_add(1);
  for (;;)
    ::pause();
}

/// Threads that give a node tasks until each has had its number of results, some tasks ahead of the one that
/// it waits for. What is refused since the node drains is given to it again.
class crowd {
public:
  explicit crowd(node& where) : where_(where), counts_(where.zeros<std::int64_t>({clients * each_client})) {
    for (std::int64_t i = 0; i < clients; ++i)
      threads_.emplace_back([this, i] { work(i * each_client, (i + 1) * each_client); });
  }
  ~crowd() { join(); }

  std::int64_t results() const { return results_; }
  bool done() const { return done_ == clients; }
  void join() {
    for (auto& each : threads_)
      if (each.joinable())
        each.join();
  }
  void check() const {
    CHECK(wrong_ == 0);
    CHECK(results_ == clients * each_client);
    std::int64_t not_once = 0;
    for (const auto each : counts_)
      not_once += each == 1 ? 0 : 1;
    CHECK(not_once == 0);
  }
  std::int64_t refused() const { return refused_; }

private:
  void work(std::int64_t next, std::int64_t last) {
    std::deque<std::pair<std::int64_t, future<std::int64_t>>> mine;
    const shared_view<std::int64_t> runs(counts_.view());
    const auto give = [&](std::int64_t which) {
      mine.emplace_back(which, where_.submit<std::int64_t>("load_square", runs, which));
    };
    while (next < last || !mine.empty()) {
      while (next < last && mine.size() < 20)
        give(next++);
      const auto [which, what] = std::move(mine.front());
      mine.pop_front();
      if (const auto why = failure_of(what); why.code == actor_errc::draining && !what.whole().ok()) {
        ++refused_;
        std::this_thread::yield();
        give(which);
      } else if (what.whole().ok() && what.get() == which * which) {
        ++results_;
      } else {
        ++wrong_;
      }
    }
    ++done_;
  }

  node& where_;
  array<std::int64_t> counts_; ///< how often each task was run
  std::atomic<std::int64_t> results_{0};
  std::atomic<std::int64_t> refused_{0};
  std::atomic<std::int64_t> wrong_{0};
  std::atomic<std::int64_t> done_{0};
  std::vector<std::thread> threads_; ///< the last, as they use all above
};

} // namespace

PINION_KERNELS(k) {
  k.add("load_square", square);
  k.add("load_run_away", run_away);
}

TEST_CASE("a kernel that heeds nothing costs its own caller the deadline and its own worker the life") {
  const leaves_nothing end;
  auto settings = with_workers(2);
  settings.grace = 20ms;
  node sut(settings);
  sut.wait_ready();
  const auto begun = sut.zeros<std::int64_t>({1});
  const shared_view<std::int64_t> look(begun);
  for (int i = 0; i < 20; ++i) // known to be short, so that others are sent behind it
    sut.apply<void>("load_run_away", look, 0);
  const auto before = sut.status().workers;
  crowd others(sut);
  task_options hurried;
  hurried.timeout = 50ms;
  hurried.priority = 1;
  std::vector<future<void>> lost;
  // On a slow machine its time may be over before it has begun.
  REQUIRE(eventually([&] {
    lost.push_back(sut.submit<void>(hurried, "load_run_away", look, 1));
    CHECK(failure_of(lost.back()).code == actor_errc::deadline_passed);
    return look(0).load() > 0;
  }));
  others.join();
  others.check();
  CHECK(others.refused() == 0);
  const auto restarts = [&](std::size_t slot) { return sut.status().workers[slot].restarts; };
  CHECK(eventually([&] { return restarts(0) + restarts(1) == static_cast<std::uint64_t>(look(0).load()); }));
  REQUIRE(look(0).load() == 1);
  const std::size_t victim = restarts(0) == 1 ? 0 : 1;
  CHECK(
      std::ranges::any_of(lost, [&](const auto& each) { return each.worker() == static_cast<int>(victim); }));
  CHECK(!test::lives(before[victim].pid));
  CHECK(sut.status().workers[1 - victim].pid == before[1 - victim].pid);
}

TEST_CASE("a pool that grows and shrinks under load answers each task once, with its own result") {
  const leaves_nothing end;
  node sut(with_workers(1));
  crowd all(sut);
  for (std::size_t size = 1; !all.done(); size = size % 4 + 1) {
    sut.resize(size);
    const auto seen = all.results();
    REQUIRE(eventually([&] { return all.done() || all.results() >= seen + 100; }));
  }
  all.join();
  all.check();
  CHECK(all.refused() == 0);
  CHECK(sut.status().failed == 0);
}

TEST_CASE("a pool that is drained again and again under load does what it took, once, and refuses all else") {
  const leaves_nothing end;
  node sut(with_workers(2));
  crowd all(sut);
  int drained = 0;
  for (std::size_t size = 1; !all.done(); size = size % 3 + 1) {
    const auto seen = all.results();
    REQUIRE(eventually([&] { return all.done() || all.results() >= seen + 100; }));
    CHECK(sut.drain());
    ++drained;
    const auto now = sut.status();
    CHECK(now.queued + now.sent == 0);
    sut.resize(size); // also while it takes nothing
    sut.resume();
  }
  all.join();
  all.check();
  CHECK(drained > 0);
  const auto after = sut.status();
  CHECK(after.done == clients * each_client);
  CHECK(after.failed == static_cast<std::uint64_t>(all.refused()));
}
