#pragma once

#include <pinion/runtime/scenario/front_job.hpp>
#include <pinion/runtime/scenario/samples.hpp>
#include <pinion/runtime/scenario/stage.hpp>
#include <pinion/runtime/scenario/step.hpp>

namespace pinion::scenario {

// One function a kind of step, each in a file of its own. Each measures what names_measured_by() promises,
// shows its progress, and throws runtime_errc::interrupted soon after a signal came. The player's thread.

void play_burst(const step& which, const burst_step& what, const stage& on);
void play_crash(const step& which, const crash_step& what, const stage& on);
void play_fault(const step& which, const fault_step& what, const stage& on);
void play_pause(const step& which, const pause_step& what, const stage& on);
void play_spread(const step& which, const spread_step& what, const stage& on);

/// Notes count, p50, p99 and max of some times in seconds as "NAME.p50_ms" and so on.
void note_times(const std::string& name, const samples& times, bool with_count, const stage& on);

} // namespace pinion::scenario
