#pragma once

#include <chrono>
#include <utility>

#include <pinion/actors/ask.hpp>

namespace pinion {

/// The dispatcher of a hedged task, for one: it passes the task on, and when no answer has come after
/// `pause`, the second one as well; the first result is the answer, the other task is withdrawn. When one
/// fails before the other was sent, that one follows at once; when both fail, the last failure is told. An
/// actor of its own, which ends with the answer.
caf::actor spawn_hedge(caf::actor_system& system, caf::actor dispatcher, task_ptr second,
                       std::chrono::nanoseconds pause);

/// A kernel whose time varies, asked for twice when the first try is slow (Dean and Barroso, The Tail at
/// Scale, 2013): `ask_hedged(20ms, ask<double>(self, node, "find", x), ask<double>(self, node, "find",
/// x)).then(…)`. Both may run, so only for what may run twice;
/// their partial results are not told.
template <class R, class Self>
asking<R, Self> ask_hedged(std::chrono::nanoseconds pause, asking<R, Self> first, asking<R, Self> second) {
  auto* self = first.self();
  return {self, spawn_hedge(self->system(), first.dispatcher(), second.task(), pause), first.task()};
}

} // namespace pinion
