// Many small calls, against Python's pools in the same run.
#include <functional>
#include <numeric>
#include <stdexcept>
#include <string>
#include <vector>

#include <unistd.h>

#include <pinion/actors/wait.hpp>
#include <pinion/runtime/node.hpp>

#include "caf_echo.hpp"
#include "child.hpp"
#include "measurement.hpp"
#include "stage.hpp"
#include "timing.hpp"

namespace pinion::bench {

namespace {

constexpr std::size_t workers = 2;
constexpr const char* python = "/usr/bin/python3";

// Prints seconds a call, with the pool started and warm. Forked workers: Python's fastest.
constexpr const char* executor_script = R"(
import sys, time, multiprocessing
from concurrent.futures import ProcessPoolExecutor
def noop(): pass
n = int(sys.argv[1])
with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context('fork')) as pool:
    for f in [pool.submit(noop) for _ in range(100)]: f.result()
    begin = time.perf_counter()
    for f in [pool.submit(noop) for _ in range(n)]: f.result()
    print((time.perf_counter() - begin) / n)
)";
constexpr const char* map_script = R"(
import sys, time, multiprocessing
def half(x): return x / 2
n = int(sys.argv[1])
items = [float(i) for i in range(n)]
with multiprocessing.get_context('fork').Pool(2) as pool:
    pool.map(half, items[:100])
    begin = time.perf_counter()
    results = pool.map(half, items)
    print(time.perf_counter() - begin)
    assert results[-1] == items[-1] / 2
)";

double ask_python(const char* script, std::size_t count) {
  child peer(python, {"-c", script, std::to_string(count)});
  const auto said = peer.read_all();
  if (const auto end = peer.wait(); !end.empty())
    throw std::runtime_error("pool: python3 " + end);
  return std::stod(said);
}

bool has_python() { return ::access(python, X_OK) == 0; }

} // namespace

namespace {

// Time a no-op, submitted one by one by one client, against the floor's, in turn.
figure compare_noops(std::string of, const effort& how, const std::function<double(std::size_t)>& floor) {
  const auto count = static_cast<std::size_t>(how.trips) * 200;
  node ours(node_with(workers));
  ours.wait_ready();
  const auto burst = [&](std::size_t calls) {
    std::vector<future<void>> all;
    all.reserve(calls);
    for (std::size_t i = 0; i < calls; ++i)
      all.push_back(ours.submit<void>("noop"));
    for (const auto& each : all)
      each.get();
  };
  burst(1000);
  samples floors;
  samples mine;
  alternate(
      how.repeats + 2, [&] { floors.add(floor(count)); },
      [&] { mine.add(seconds_of([&] { burst(count); }) / static_cast<double>(count)); });
  return compare(std::move(of), floors, mine);
}

} // namespace

std::vector<figure> pool_tasks(const effort& how) {
  const std::string of = "a no-op, submitted one by one by one client";
  if (!has_python())
    return {skip(of, std::string("there is no ") + python)};
  auto result =
      compare_noops(of, how, [](std::size_t count) { return ask_python(executor_script, count / 10); });
  result.limit_times = 1.0 / 20;
  result.means =
      "The floor is Python's ProcessPoolExecutor with as many workers: time a call, all in flight.";
  return {result};
}

std::vector<figure> pool_messages(const effort& how) {
  caf_echo echo; // it forks, so before the node
  auto result = compare_noops("the same against one CAF message a task", how, [&](std::size_t count) {
    return echo.burst(count) / static_cast<double>(count);
  });
  result.limit_times = 1.0 / 3;
  result.means =
      "The floor is an actor in another process that echoes, through CAF's networking on loopback, a "
      "message there and one back for each task: what tasks in batches save.";
  return {result};
}

std::vector<figure> pool_map(const effort& how) {
  const auto count = static_cast<std::size_t>(how.trips) * 10'000 / 3;
  const auto of = "map of " + std::to_string(count) + " numbers";
  if (!has_python())
    return {skip(of, std::string("there is no ") + python)};
  node ours(node_with(workers));
  ours.wait_ready();
  std::vector<double> items(count);
  std::iota(items.begin(), items.end(), 0.0);
  samples floor;
  samples mine;
  samples shared;
  const auto from = ours.zeros<double>({static_cast<std::int64_t>(count)});
  alternate(
      how.repeats + 4, [&] { floor.add(ask_python(map_script, count)); },
      [&] {
        mine.add(seconds_of([&] {
          if (ours.map<double>("half", items).get().back() != items.back() / 2)
            throw std::runtime_error("pool: a wrong result");
        }));
        shared.add(seconds_of([&] { ours.map<double>("half", from).shared(); }));
      });
  auto result = compare(of, floor, mine);
  result.limit_times = 1.0 / 10;
  result.means = "The floor is Python's Pool.map with its own chunks and as many workers; list in, list out.";
  auto second = compare(of + ", in shared memory", floor, shared);
  second.means = "The same from an array to an array, neither copied.";
  return {result, second};
}

} // namespace pinion::bench
