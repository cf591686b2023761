// A million tasks through a queue of a few, and a million that wait at once.
#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <thread>
#include <utility>
#include <vector>

#include <pinion/pinion.hpp>

#include <support/leaves_nothing.hpp>
#include <support/memory.hpp>

using namespace pinion;
using test::leaves_nothing;

namespace {

// A sanitizer makes each of them ten times as slow, and keeps what is freed: there memory says nothing.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool memory_is_told = false;
constexpr std::int64_t tasks = 50'000;
#else
constexpr bool memory_is_told = true;
constexpr std::int64_t tasks = 1'000'000;
#endif
constexpr std::int64_t threads = 4;
constexpr std::int64_t each_thread = tasks / threads;

std::int64_t square(std::int64_t x) { return x * x; }

// Also of one that failed, for which get() would throw in a thread.
bool is_square_of(std::int64_t x, const future<std::int64_t>& what) {
  return what.whole().ok() && what.get() == x * x;
}

// Calls what(thread) in so many threads, and waits for them.
template <class Call>
void in_threads(Call what) {
  std::vector<std::thread> all;
  for (std::int64_t i = 0; i < threads; ++i)
    all.emplace_back([&, i] { what(i); });
  for (auto& each : all)
    each.join();
}

} // namespace

PINION_KERNELS(k) { k.add("many_square", square); }

TEST_CASE("a million tasks go through a queue of a few, whose threads wait for room, and memory stays flat") {
  const leaves_nothing end;
  constexpr std::int64_t looked_at = 64; // of so many futures one is kept; only the queue holds a thread up
  config settings;
  settings.workers = 2;
  settings.max_queue = 1000;
  settings.when_full = full_policy::wait;
  node sut(settings);
  sut.wait_ready();
  std::atomic<std::int64_t> wrong{0};
  std::atomic<std::int64_t> most{0}; // bytes, seen by any thread
  const auto look = [&] {
    const auto now = test::resident_bytes();
    for (auto seen = most.load(); seen < now && !most.compare_exchange_weak(seen, now);)
      continue;
  };
  const auto before = test::resident_bytes(); // nothing was freed so far that could be used again
  in_threads([&](std::int64_t thread) {
    std::vector<future<std::int64_t>> some;
    const auto first = thread * each_thread;
    for (std::int64_t i = 0; i < each_thread; ++i) {
      auto one = sut.submit<std::int64_t>("many_square", first + i);
      if (i % looked_at == 0)
        some.push_back(std::move(one));
      if (i % 1024 == 0)
        look();
    }
    for (std::size_t n = 0; n < some.size(); ++n)
      wrong += is_square_of(first + static_cast<std::int64_t>(n) * looked_at, some[n]) ? 0 : 1;
  });
  CHECK(wrong == 0);
  CHECK(sut.drain());
  const auto after = sut.status();
  CHECK(after.done == static_cast<std::uint64_t>(tasks));
  CHECK(after.failed == 0);
  MESSAGE("bytes of memory at the most, beyond those before: " << most - before);
  if (memory_is_told)
    CHECK(most - before <= 64 << 20);
}

TEST_CASE(
    "a million tasks may wait at once, take a bounded number of bytes each, and are all answered once") {
  const leaves_nothing end;
  config settings;
  settings.workers = 2;
  settings.max_queue = static_cast<std::size_t>(tasks);
  settings.max_queue_bytes = 0;
  node sut(settings);
  sut.wait_ready();
  sut.pause();
  std::vector<future<std::int64_t>> all(static_cast<std::size_t>(tasks));
  const auto before = test::resident_bytes();
  in_threads([&](std::int64_t thread) {
    for (auto i = thread * each_thread; i < (thread + 1) * each_thread; ++i)
      all[static_cast<std::size_t>(i)] = sut.submit<std::int64_t>("many_square", i);
  });
  CHECK(sut.status().queued == static_cast<std::size_t>(tasks));
  const auto bytes_each = (test::resident_bytes() - before) / tasks;
  MESSAGE("bytes of memory a task that waits: " << bytes_each);
  if (memory_is_told)
    CHECK(bytes_each <= 2048);
  sut.resume();
  std::int64_t wrong = 0;
  for (std::int64_t i = 0; i < tasks; ++i)
    wrong += is_square_of(i, all[static_cast<std::size_t>(i)]) ? 0 : 1;
  CHECK(wrong == 0);
  const auto after = sut.status();
  CHECK(after.done == static_cast<std::uint64_t>(tasks)); // counts each answer
  CHECK(after.failed == 0);
  CHECK(after.queued + after.sent == 0);
}
