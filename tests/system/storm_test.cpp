// The kill storm: workers and nodes are killed at random moments while arrays are made, leased, returned,
// published and freed. Afterwards there is no file, no process and no byte held, and every sum was right.
// PINION_STORM_ROUNDS says how many kills; `./dev storm N` sets it.
#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <numeric>
#include <optional>
#include <random>
#include <thread>

#include <unistd.h>

#include <pinion/pinion.hpp>
#include <pinion/shm/sweep.hpp>

#include <support/named_node.hpp>
#include <support/process.hpp>
#include <support/seed.hpp>
#include <support/shm_left.hpp>

using namespace pinion;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

constexpr const char* part_variable = "PINION_TEST_STORM";
constexpr int wrong = 3;

array<double> storm_ramp(context& here, std::int64_t count) {
  auto scratch = here.make<double>({count / 2}); // never returned
  auto result = here.make<double>({count});
  std::iota(result.begin(), result.end(), 0.0);
  return result;
}
double storm_sum(view<const double> x) { return std::accumulate(x.begin(), x.end(), 0.0); }

// -- in the node that is to be killed ------------------------------------------

std::atomic<bool> told_to_end{false};

// What is not as it should be ends the process with a word; the parent looks for both.
void must(bool holds, const std::string& what) {
  if (holds)
    return;
  std::fprintf(stderr, "storm: %s\n", what.c_str());
  ::_exit(wrong);
}

// The result, or nothing when a worker died of the storm; whatever else comes is wrong.
template <class R>
std::optional<R> weathered(const future<R>& what) {
  try {
    return what.get();
  } catch (const task_error& why) {
    must(why.reason() == actor_errc::worker_died, why.what());
    return std::nullopt;
  }
}

double sum_to(std::int64_t count) { return static_cast<double>(count) * static_cast<double>(count - 1) / 2; }

void take_results(node& where, std::mt19937_64& random) {
  const auto count = test::between(random, 1, 60'000);
  const auto made = weathered(where.submit<array<double>>("storm_ramp", count));
  if (!made)
    return;
  must(std::accumulate(made->begin(), made->end(), 0.0) == sum_to(count), "a result has wrong elements");
  const auto sum = weathered(where.submit<double>("storm_sum", *made));
  must(!sum || *sum == sum_to(count), "a result was summed wrong");
}

void write_in_turns(node& where, std::mt19937_64& random) {
  const auto rows = test::between(random, 2, 40);
  const auto m = where.zeros<double>({rows, 500});
  task_options again;
  again.idempotent = true;
  std::vector<future<void>> fills;
  for (std::int64_t start = 0; start < 2; ++start)
    fills.push_back(
        where.submit<void>(again, "pinion.fill", m.slice(0, start, rows, 2), static_cast<double>(start + 1)));
  const auto sum = where.submit<double>(again, "storm_sum", m); // waits for both
  bool filled = true;
  for (const auto& each : fills)
    try {
      each.get();
    } catch (const task_error& why) {
      must(why.reason() == actor_errc::worker_died, why.what());
      filled = false;
    }
  const auto seen = weathered(sum);
  const auto expected = static_cast<double>((rows + 1) / 2 * 500 + rows / 2 * 1000);
  must(!filled || !seen || *seen == expected, "a sum is wrong: some writer was not waited for");
}

void come_and_go(node& where, std::mt19937_64& random, const std::string& name) {
  auto big = where.empty<double>({test::between(random, 1, 3'000'000)}); // some have a segment to themselves
  big(big.size() - 1) = 7;
  where.publish(name, big);
  const auto there = where.attach<const double>(name);
  must(there(there.size() - 1) == 7, "an attached array has other elements");
  where.withdraw(name);
}

void work_until_told(node& where, int number) {
  std::mt19937_64 random(std::random_device{}());
  while (!told_to_end) {
    take_results(where, random);
    write_in_turns(where, random);
    come_and_go(where, random, "storm-" + std::to_string(number));
  }
}

[[noreturn]] void be_a_node(const fs::path& folder) {
  std::signal(SIGTERM, [](int) { told_to_end = true; });
  config settings;
  settings.workers = 2;
  settings.runtime_dir = folder;
  settings.store_limit = std::size_t{256} << 20; // a leak shows
  {
    node sut(settings);
    std::thread other([&] { work_until_told(sut, 1); });
    std::printf("at work\n");
    std::fflush(stdout);
    work_until_told(sut, 2);
    other.join();
    must(test::eventually([&] { return sut.arrays().stats().blocks == 0; }), "arrays are held by nobody");
    must(sut.submit<array<double>>("storm_ramp", std::int64_t{10'000}).get().size() == 10'000,
         "no result at the end");
  }
  must(test::shm_left().empty(), "segments are left after a peaceful end");
  ::_exit(0);
}

// -- in the one who kills ------------------------------------------------------

int rounds_asked() {
  const char* text = std::getenv("PINION_STORM_ROUNDS");
  return text == nullptr ? 40 : std::max(1, std::atoi(text));
}

struct victim {
  explicit victim(const fs::path& folder)
      : process({"/proc/self/exe", "-tc=a node for the kill storm"},
                {std::string(part_variable) + "=" + folder.string()}) {
    REQUIRE_MESSAGE(test::eventually([&] { return process.out().find("at work") != std::string::npos; }),
                    process.err());
  }

  std::vector<pid_t> workers() {
    const auto now = test::children_of(process.pid());
    seen.insert(seen.end(), now.begin(), now.end());
    return now;
  }

  test::process process;
  std::vector<pid_t> seen;
};

void bury(victim& dead, int expected) {
  const auto pid = dead.process.pid();
  const auto how = dead.process.wait();
  REQUIRE_MESSAGE(how == expected, dead.process.err());
  for (const auto each : dead.seen)
    CHECK(test::eventually([&] { return !test::lives(each); }));
  sweep_dead_owners();
  CHECK(test::shm_left(pid).empty());
}

} // namespace

PINION_KERNELS(k) {
  k.add("storm_ramp", storm_ramp);
  k.add("storm_sum", storm_sum);
}

TEST_CASE("a node for the kill storm") {
  if (const char* folder = std::getenv(part_variable))
    be_a_node(folder);
}

TEST_CASE("after a storm of kills nothing is left and every sum was right") {
  const auto seed = test::seed();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  const test::own_names names;
  const auto rounds = rounds_asked();
  const bool tells = ::isatty(STDERR_FILENO) != 0 && rounds > 100;
  std::optional<victim> node;
  int workers = 0;
  int nodes = 0;
  int peaceful = 0;
  for (int round = 0; round < rounds; ++round) {
    if (tells && round % 10 == 0)
      std::fprintf(stderr, "\r%d of %d kills", round, rounds);
    if (!node)
      node.emplace(names.folder);
    // Any moment will do.
    for (auto looks = test::between(random, 0, 20); looks > 0; --looks)
      test::look_again();
    const auto children = node->workers();
    const auto dice = test::between(random, 0, 9);
    if (dice < 7 && !children.empty()) {
      ::kill(children[static_cast<std::size_t>(
                 test::between(random, 0, static_cast<std::int64_t>(children.size()) - 1))],
             SIGKILL);
      ++workers;
    } else if (dice < 9) {
      node->process.signal(SIGKILL);
      bury(*node, -SIGKILL);
      node.reset();
      ++nodes;
    } else {
      node->process.signal(SIGTERM);
      bury(*node, 0);
      node.reset();
      ++peaceful;
    }
  }
  if (node) {
    node->process.signal(SIGTERM);
    bury(*node, 0);
  }
  if (std::getenv("PINION_STORM_ROUNDS") != nullptr)
    std::printf("%sstorm: %d rounds: %d workers and %d nodes killed, %d ended in peace; nothing left, "
                "nothing wrong\n",
                tells ? "\r\033[K" : "", rounds, workers, nodes, peaceful + 1);
}
