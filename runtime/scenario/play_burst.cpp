#include <algorithm>
#include <cmath>
#include <memory>

#include <pinion/runtime/node.hpp>
#include <pinion/runtime/scenario/fault_schedule.hpp>
#include <pinion/runtime/scenario/figure_text.hpp>
#include <pinion/runtime/scenario/front.hpp>
#include <pinion/runtime/scenario/interruption.hpp>
#include <pinion/runtime/scenario/play_step.hpp>
#include <pinion/runtime/scenario/probe.hpp>
#include <pinion/runtime/scenario/processor_time.hpp>
#include <pinion/runtime/scenario/worker_watch.hpp>

namespace pinion::scenario {
namespace {

using clock = std::chrono::steady_clock;

// How long a wait may last before the signal flag and the progress line are looked after.
constexpr std::chrono::milliseconds nap{50};

std::shared_ptr<front_job> make_job(const burst_step& what, tally& count, const stage& on) {
  auto job = std::make_shared<front_job>(on.host, count);
  job->way = what.way;
  job->concurrent = what.concurrent;
  job->options.timeout = what.timeout;
  job->options.idempotent = what.idempotent;
  job->request = prepare_request(what.request, on.text.set, &on.arrays, on.host.kernels());
  job->answers.resize(what.count);
  return job;
}

void strike(const fault_spec& fault, const stage& on) {
  if (static_cast<std::size_t>(fault.worker) >= on.host.status().workers.size())
    fail(fault.where, "there is no worker " + std::to_string(fault.worker) + ": they are numbered from 0");
  on.host.signal_worker(static_cast<std::uint32_t>(fault.worker), signal_of(fault.kind));
}

// Until every request is answered and every fault was dealt that can still come.
void wait_for_answers(const burst_step& what, tally& count, clock::time_point begin, const stage& on) {
  fault_schedule faults(what.faults, begin);
  for (;;) {
    interruption::check();
    const auto answers = count.answers();
    for (const auto& fault : faults.due(clock::now(), answers))
      strike(fault, on);
    if (answers == what.count)
      return;
    on.line.show(on.where + ": " + std::to_string(answers) + " of " + std::to_string(what.count) +
                 " answered, " + seconds_text(std::chrono::duration<double>(clock::now() - begin).count()));
    const auto until = std::min(clock::now() + nap, faults.next_moment().value_or(clock::time_point::max()));
    count.wait_for(std::min(what.count, std::max(answers + 1, faults.next_answers().value_or(what.count))),
                   until);
  }
}

std::size_t deaths_dealt(const burst_step& what) {
  return static_cast<std::size_t>(
      std::count_if(what.faults.begin(), what.faults.end(),
                    [](const auto& fault) { return fault.kind != fault_kind::stop; }));
}

} // namespace

void note_times(const std::string& name, const samples& times, bool with_count, const stage& on) {
  if (with_count)
    on.measure(name + ".count", static_cast<double>(times.count()));
  on.measure(name + ".p50_ms", times.percentile(0.5) * 1e3);
  on.measure(name + ".p99_ms", times.percentile(0.99) * 1e3);
  on.measure(name + ".max_ms", times.max() * 1e3);
}

void play_burst(const step& which, const burst_step& what, const stage& on) {
  tally count(what.count);
  const worker_watch workers(on.host);
  front front(make_job(what, count, on));
  std::unique_ptr<probe> asking;
  if (what.probe)
    asking = std::make_unique<probe>(on.host.system(), front.handle(), *what.probe);

  const double own_before = own_processor_time();
  front.begin();
  wait_for_answers(what, count, clock::now(), on);
  const double cpu = own_processor_time() - own_before + workers.processor_seconds();

  if (asking)
    note_times(which.name + ".probe", asking->finish(), true, on);
  workers.settle(deaths_dealt(what));
  const auto sum = count.so_far();
  const double processors = usable_processors();
  const double each = sum.cpu_seconds / static_cast<double>(what.count);
  // No schedule is shorter than the rounds that so many equal tasks need on so many processors.
  const double rounds = std::ceil(static_cast<double>(what.count) / processors);
  on.measure(which.name + ".total_s", sum.seconds());
  on.measure(which.name + ".floor_s", sum.cpu_seconds / processors);
  on.measure(which.name + ".ideal_s", rounds * each);
  on.measure(which.name + ".task_cpu_s", sum.cpu_seconds);
  on.measure(which.name + ".cpu_s", cpu);
  on.measure(which.name + ".busy", cpu / sum.seconds());
  on.measure(which.name + ".results", static_cast<double>(sum.results));
  on.measure(which.name + ".errors", static_cast<double>(sum.errors));
  on.measure(which.name + ".restarts", static_cast<double>(workers.restarts()));
  note_times(which.name + ".latency", sum.latencies, false, on);
  if (sum.errors > 0)
    on.notes.remarks[which.name] = sum.first_error;
}

} // namespace pinion::scenario
