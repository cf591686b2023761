#include <algorithm>
#include <memory>
#include <thread>

#include <pinion/runtime/node.hpp>
#include <pinion/runtime/scenario/figure_text.hpp>
#include <pinion/runtime/scenario/front.hpp>
#include <pinion/runtime/scenario/interruption.hpp>
#include <pinion/runtime/scenario/play_step.hpp>
#include <pinion/runtime/scenario/probe.hpp>
#include <pinion/runtime/scenario/worker_watch.hpp>

namespace pinion::scenario {
namespace {

using clock = std::chrono::steady_clock;

void sleep_until(clock::time_point end, const stage& on) {
  for (auto now = clock::now(); now < end; now = clock::now()) {
    interruption::check();
    on.line.show(on.where + ": " + seconds_text(std::chrono::duration<double>(end - now).count()) + " left");
    std::this_thread::sleep_for(std::min<clock::duration>(end - now, std::chrono::milliseconds(50)));
  }
}

} // namespace

void play_pause(const step& which, const pause_step& what, const stage& on) {
  const auto end = clock::now() + what.length;
  if (!what.probe)
    return sleep_until(end, on);
  tally nothing(0);
  front front(std::make_shared<front_job>(on.host, nothing));
  probe asking(on.host.system(), front.handle(), *what.probe);
  sleep_until(end, on);
  note_times(which.name + ".probe", asking.finish(), true, on);
}

void play_fault(const step& which, const fault_step& what, const stage& on) {
  sleep_until(clock::now() + what.fault.after, on);
  const worker_watch workers(on.host);
  const auto begin = clock::now();
  if (static_cast<std::size_t>(what.fault.worker) >= on.host.status().workers.size())
    fail(what.fault.where,
         "there is no worker " + std::to_string(what.fault.worker) + ": they are numbered from 0");
  on.host.signal_worker(static_cast<std::uint32_t>(what.fault.worker), signal_of(what.fault.kind));
  if (what.fault.kind == fault_kind::stop)
    return;
  if (!workers.settle(1))
    fail(what.fault.where, "worker " + std::to_string(what.fault.worker) + " has no successor after 10 s");
  on.measure(which.name + ".replaced_ms",
             std::chrono::duration<double, std::milli>(clock::now() - begin).count());
}

} // namespace pinion::scenario
