// Workers that die and kernels that do not stop: how long others wait for that.
#include <algorithm>
#include <csignal>
#include <stdexcept>
#include <thread>
#include <vector>

#include <unistd.h>

#include <pinion/runtime/node.hpp>

#include "measurement.hpp"
#include "stage.hpp"
#include "timing.hpp"

namespace pinion::bench {

namespace {

using namespace std::chrono_literals;

constexpr auto patience = std::chrono::seconds{10};

template <class Condition>
void wait_until(Condition&& holds, const char* what) {
  const auto until = steady_clock::now() + patience;
  while (!holds()) {
    if (steady_clock::now() > until)
      throw std::runtime_error(std::string("faults: ") + what + " did not come");
    ::usleep(200);
  }
}

std::size_t ready(const node& where, worker_status::duty as) {
  const auto now = where.status();
  return static_cast<std::size_t>(std::count_if(now.workers.begin(), now.workers.end(), [&](const auto& e) {
    return e.as == as && e.now == worker_status::state::idle;
  }));
}

struct death_times {
  samples answered;
  samples replaced;
};

// A worker is killed at its task, with another task behind it that only its successor can run.
death_times deaths(std::size_t spares, int rounds) {
  auto settings = node_with(1);
  settings.spare_workers = spares;
  node ours(settings);
  ours.wait_ready();
  death_times result;
  for (int i = 0; i < rounds; ++i) {
    wait_until(
        [&] {
          return ready(ours, worker_status::duty::active) == 1 &&
                 ready(ours, worker_status::duty::spare) == spares;
        },
        "a whole pool");
    const auto lost = ours.submit<void>("linger");
    const auto next = ours.submit<void>("noop");
    std::uint32_t slot = 0;
    wait_until(
        [&] {
          for (const auto& each : ours.status().workers)
            if (each.running == "linger") {
              slot = each.slot;
              return true;
            }
          return false;
        },
        "the task");
    ::usleep(5000); // it has begun by now
    const auto begin = steady_clock::now();
    ours.signal_worker(slot, SIGKILL);
    std::thread other([&] {
      next.get();
      result.replaced.add(seconds_since(begin));
    });
    try {
      lost.get();
    } catch (const task_error&) {
      result.answered.add(seconds_since(begin));
    }
    other.join();
  }
  return result;
}

figure alone(std::string of, const samples& ours, double most, std::string means) {
  auto result = compare(std::move(of), ours, ours);
  result.floor = 0;
  result.limit_plus = most;
  result.means = std::move(means);
  return result;
}

} // namespace

std::vector<figure> worker_deaths(const effort& how) {
  const auto with = deaths(1, how.starts);
  const auto without = deaths(0, how.starts);
  auto late = alone("killed worker: a task runs again, no spare", without.replaced, 0,
                    "The same without a spare (spare_workers = 0): a process must be started first.");
  return {
      alone("killed worker: its task is answered", with.answered, 0.010,
            "From the signal until who waited for the task that it ran is told."),
      alone("killed worker: a task runs again, one spare", with.replaced, 0.025,
            "From the signal until a task that waited behind it has run in the worker that took its place."),
      late};
}

std::vector<figure> runaway_kernels(const effort& how) {
  constexpr std::size_t workers = 2;
  constexpr int runaways = 20;
  auto settings = node_with(workers);
  settings.spare_workers = workers;
  settings.grace = 10ms;
  node ours(settings);
  samples answered;
  samples whole;
  for (int round = 0; round < how.repeats + 2; ++round) {
    wait_until([&] { return ready(ours, worker_status::duty::spare) == workers; }, "a whole pool");
    task_options limited;
    limited.timeout = 100ms;
    const auto begin = steady_clock::now();
    std::vector<future<void>> all;
    for (int i = 0; i < runaways; ++i)
      all.push_back(ours.submit<void>(limited, "runaway"));
    std::vector<future<double>> others;
    for (int i = 0; i < 100; ++i)
      others.push_back(ours.submit<double>("half", i));
    for (const auto& each : all)
      try {
        each.get();
        throw std::runtime_error("faults: a kernel that never ends has ended");
      } catch (const task_error&) {
        // its deadline
      }
    answered.add(seconds_since(begin));
    const auto after = steady_clock::now();
    wait_until([&] { return ready(ours, worker_status::duty::active) == workers; }, "the pool");
    whole.add(seconds_since(after));
    for (int i = 0; i < 100; ++i)
      if (others[static_cast<std::size_t>(i)].get() != i / 2.0)
        throw std::runtime_error("faults: a task beside a kernel that does not stop has a wrong result");
  }
  return {
      alone("20 runaway kernels, 100 ms each: all answered", answered, 0.150,
            "Kernels that never look whether they are to stop; until the last of them is answered. 100 tasks "
            "beside them, without a deadline, all had their results."),
      alone("after that: until all workers are idle again", whole, 0.050,
            "With a grace of 10 ms and two spares; from the last answer on.")};
}

} // namespace pinion::bench
