// The fourth way of the demonstration: a request actor hands everything over and goes on answering.
#include <algorithm>
#include <cmath>
#include <future>
#include <stdexcept>
#include <thread>

#include <pinion/runtime/node.hpp>
#include <pinion/runtime/scenario/probe.hpp>
#include <pinion/runtime/scenario/processor_time.hpp>

#include "kernels.hpp"
#include "measurement.hpp"
#include "stage.hpp"
#include "timing.hpp"

namespace pinion::bench {

namespace {

constexpr std::size_t workers = 2;
constexpr std::chrono::milliseconds probe_pace{20};

/// What a burst came to; the request actor's until the promise is kept.
struct burst {
  int left = 0;
  double processor_seconds = 0;
  std::promise<void> done;
};

using burst_ptr = std::shared_ptr<burst>;

caf::behavior request_actor(caf::event_based_actor* self, node* where, std::int64_t n, burst_ptr state) {
  return {
      [](caf::ping_atom, std::uint64_t number) { return caf::make_message(caf::pong_atom_v, number); },
      [=](std::int32_t requests) {
        state->left = requests;
        for (int i = 0; i < requests; ++i)
          ask<std::int64_t>(self, *where, "fib", n)
              .then(
                  [=](std::int64_t, const task_stamps& stamps) {
                    state->processor_seconds += static_cast<double>(stamps.cpu_ns) * 1e-9;
                    if (--state->left == 0)
                      state->done.set_value();
                  },
                  [=](const caf::error& why) {
                    state->left = 0;
                    state->done.set_exception(std::make_exception_ptr(std::runtime_error(text_of(why))));
                  });
      },
  };
}

// The n whose fib takes about that long here.
std::int64_t sized(double seconds) {
  constexpr double growth = 1.618; // of the work, by each next n
  std::int64_t n = 24;
  double took = 0;
  for (; took < 0.004; ++n) {
    const auto before = scenario::thread_processor_time();
    [[maybe_unused]] volatile auto used = fib(n);
    took = scenario::thread_processor_time() - before;
  }
  return n - 1 + std::lround(std::log(seconds / took) / std::log(growth));
}

struct probes {
  std::vector<samples> idle;
  std::vector<samples> busy;
};

samples joined(const std::vector<samples>& all, double share) {
  samples result;
  for (const auto& each : all)
    result.add(each.percentile(share));
  return result;
}

figure probe_figure(const probes& times, const char* of, double share, const char* means) {
  auto result = compare(of, joined(times.idle, share), joined(times.busy, share));
  result.means = means;
  return result;
}

} // namespace

std::vector<figure> fourth_way(const effort& how) {
  confine_to_two();
  const auto processors = std::min<double>(workers, scenario::usable_processors());
  const auto n = sized(how.request_seconds);
  node ours(node_with(workers));
  ours.wait_ready();
  scenario::probe_spec pace;
  pace.every = probe_pace;
  samples floor;
  samples total;
  probes times;
  for (int repeat = 0; repeat < how.repeats; ++repeat) {
    const auto state = std::make_shared<burst>();
    auto done = state->done.get_future();
    auto actor = ours.system().spawn(request_actor, &ours, n, state);
    {
      scenario::probe quiet(ours.system(), actor, pace);
      std::this_thread::sleep_for(probe_pace * (how.requests * 2));
      times.idle.push_back(quiet.finish());
    }
    scenario::probe busy(ours.system(), actor, pace);
    total.add(seconds_of([&] {
      caf::anon_send(actor, static_cast<std::int32_t>(how.requests));
      done.get();
    }));
    times.busy.push_back(busy.finish());
    floor.add(state->processor_seconds / processors);
    caf::anon_send_exit(actor, caf::exit_reason::user_shutdown);
  }
  auto all = compare(std::to_string(how.requests) + " requests, total time", floor, total);
  all.limit_times = 1.05;
  all.means = "The floor is the processor time that the kernels used, divided by the processors: no way of "
              "sharing the "
              "work out is faster.";
  auto p99 =
      probe_figure(times, "probe meanwhile, p99", 0.99,
                   "One answer in a hundred takes longer; the bar is a time, as those who ask wait in time.");
  p99.limit_plus = 0.005;
  return {
      all,
      probe_figure(
          times, "probe meanwhile, p50", 0.5,
          "A trivial question to the request actor every 20 ms while all processors compute, from question "
          "to answer; the floor is the same question to an idle node."),
      p99, probe_figure(times, "probe meanwhile, max", 1.0, "The slowest answer of a burst.")};
}

} // namespace pinion::bench
