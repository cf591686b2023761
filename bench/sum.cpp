// The speed of memory: worker processes on a shared array against threads on the same pages.
#include <algorithm>
#include <array>
#include <barrier>
#include <stdexcept>
#include <thread>

#include <pinion/runtime/affinity.hpp>
#include <pinion/runtime/node.hpp>
#include <pinion/runtime/scenario/figure_text.hpp>

#include "kernels.hpp"
#include "measurement.hpp"
#include "stage.hpp"
#include "timing.hpp"

namespace pinion::bench {

namespace {

constexpr int shares = 2;
constexpr int warm_rounds = 16;

view<const double> share(const array<double>& of, int which) {
  const auto half = of.size() / shares;
  return of.slice(0, which * half, which + 1 == shares ? of.size() : (which + 1) * half);
}

void check(double got, const array<double>& of) {
  if (got != static_cast<double>(of.size()))
    throw std::runtime_error("sum: the sum is wrong");
}

// From the first thread's start to the last one's end, by their own clocks: who waits for them here may be
// woken late, now that they have all processors.
double by_threads(const array<double>& what, const std::vector<std::vector<int>>& where) {
  struct lap {
    steady_clock::time_point begin, end;
    double sum = 0;
  };
  std::barrier start(shares);
  std::array<lap, shares> laps;
  std::vector<std::jthread> threads;
  for (std::size_t i = 0; i < shares; ++i)
    threads.emplace_back([&, i] {
      pin_this_thread(where[i]);
      start.arrive_and_wait();
      auto& mine = laps[i];
      mine.begin = steady_clock::now();
      mine.sum = sum(share(what, static_cast<int>(i)));
      mine.end = steady_clock::now();
    });
  threads.clear();
  const auto first = std::min(laps[0].begin, laps[1].begin);
  check(laps[0].sum + laps[1].sum, what);
  return std::chrono::duration<double>(std::max(laps[0].end, laps[1].end) - first).count();
}

double by_workers(node& ours, const array<double>& what) {
  const auto begin = steady_clock::now();
  std::vector<future<double>> parts;
  for (int slot = 0; slot < shares; ++slot) {
    task_options here;
    here.worker = slot;
    parts.push_back(ours.submit<double>(here, "sum", share(what, slot)));
  }
  double total = 0;
  for (auto& each : parts)
    total += each.get();
  const auto took = seconds_since(begin);
  check(total, what);
  return took;
}

} // namespace

std::vector<figure> sum_by_workers(const effort& how) {
  confine_to_two();
  const auto where = place(shares, {}, allowed_processors()).workers;
  node ours(node_with(shares));
  ours.wait_ready();
  samples first;
  samples warm;
  samples floor;
  for (int repeat = 0; repeat < how.repeats; ++repeat) {
    // A segment of its own, so neither worker has it mapped.
    const auto what = ours.empty<double>({how.doubles()});
    std::fill(what.span().begin(), what.span().end(), 1.0);
    by_threads(what, where);
    first.add(by_workers(ours, what));
    alternate(
        warm_rounds, [&] { floor.add(by_threads(what, where)); }, [&] { warm.add(by_workers(ours, what)); });
  }
  const auto size = scenario::bytes_text(static_cast<double>(how.array_bytes));
  auto again = compare(size + ", touched before", floor, warm);
  again.limit_times = 1.1;
  again.means =
      "The floor is two threads, pinned as the workers are, that run the same code on the same pages.";
  auto fresh = compare(size + ", first touch", floor, first);
  fresh.means =
      "The same floor; each worker maps the segment and meets a page fault for every 4 KiB. Has no bar.";
  return {again, fresh};
}

} // namespace pinion::bench
