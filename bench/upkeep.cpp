// What a pool costs that does nothing: memory of tasks that wait and of idle workers, workers that are
// replaced.
#include <memory>
#include <stdexcept>
#include <vector>

#include <unistd.h>

#include <pinion/runtime/node.hpp>
#include <pinion/runtime/process_memory.hpp>
#include <pinion/runtime/scenario/resident_memory.hpp>

#include "measurement.hpp"
#include "stage.hpp"
#include "timing.hpp"

namespace pinion::bench {

namespace {

figure memory(std::string of, double bytes, double most, std::string means) {
  figure result;
  result.of = std::move(of);
  result.in = figure::unit::bytes;
  result.ours = result.low = result.high = bytes;
  result.limit_plus = most;
  result.means = std::move(means);
  return result;
}

} // namespace

std::vector<figure> queue_memory(const effort& how) {
  const auto count = static_cast<std::size_t>(how.trips) * 1000;
  auto settings = node_with(1);
  settings.max_queue = 2 * count;
  node ours(settings);
  ours.wait_ready();
  ours.pause();
  std::vector<future<double>> all;
  all.reserve(count);
  const auto fill = [&](std::size_t many) {
    // A few at a time: what is on its way to the queue is no task that waits in it.
    constexpr std::size_t few = 1000;
    for (std::size_t i = 0; i < many; ++i) {
      all.push_back(ours.submit<double>("half", 1.5));
      while (i % few == 0 && ours.status().queued < all.size())
        ::usleep(100);
    }
    while (ours.status().queued < all.size())
      ::usleep(1000);
  };
  fill(count / 10); // what comes once: pages of the allocator, tables that grow
  const auto before = own_memory_of(::getpid());
  fill(count - count / 10);
  const auto taken = static_cast<double>(own_memory_of(::getpid()) - before);
  ours.resume();
  for (const auto& each : all)
    each.get();
  return {memory("a task that waits, with its future", taken / static_cast<double>(count - count / 10), 512,
                 "Memory of this process for " + std::to_string(count - count / 10) +
                     " more tasks in the queue, each with a future.")};
}

std::vector<figure> idle_memory(const effort&) {
  constexpr std::size_t workers = 2;
  node ours(node_with(workers));
  ours.wait_ready();
  ours.submit<double>("half", 1.0).get();
  double sum = 0;
  for (const auto& each : ours.status().workers)
    sum += static_cast<double>(scenario::proportional_memory(each.pid).value());
  return {memory("an idle worker (PSS)", sum / workers, 4 << 20,
                 "Its share of what processes have in common counted, as smaps_rollup has it.")};
}

std::vector<figure> recycling(const effort& how) {
  constexpr std::size_t workers = 2;
  constexpr double task_seconds = 0.02;
  const auto count = how.trips;
  node steady(node_with(workers));
  auto settings = node_with(workers);
  settings.recycle_tasks = 25;
  node changing(settings);
  const auto burst = [&](node& where) {
    std::vector<future<void>> all;
    for (int i = 0; i < count; ++i)
      all.push_back(where.submit<void>("work", task_seconds));
    for (const auto& each : all)
      each.get();
  };
  for (auto* each : {&steady, &changing})
    each->wait_ready();
  samples floor;
  samples mine;
  alternate(
      how.repeats, [&] { floor.add(seconds_of([&] { burst(steady); }) / count); },
      [&] { mine.add(seconds_of([&] { burst(changing); }) / count); });
  auto result = compare("tasks of 20 ms, workers replaced after 25 each", floor, mine);
  result.limit_times = 1.05;
  result.means = "The floor is the same pool without recycling: time a task, all in flight on two workers.";
  return {result};
}

} // namespace pinion::bench
