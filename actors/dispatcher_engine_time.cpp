// The engine's third part: deadlines, and tasks that nobody waits for any more.
#include <pinion/actors/dispatcher_engine.hpp>

#include <algorithm>
#include <utility>

namespace pinion {

namespace {

// How often a worker is looked at that still has a task which nobody waits for.
constexpr auto recall_time = std::chrono::milliseconds{100};

} // namespace

void dispatcher_engine::withdraw(const task_ptr& what, time_point now) {
  const auto at = pending_.find(what->id);
  if (at == pending_.end() || at->second.what != what)
    return; // it has its answer
  ++withdrawn_;
  give_up(at->second, {actor_errc::cancelled, what->kernel_name + ": withdrawn by who asked for it"}, now);
  pump(now);
}

void dispatcher_engine::wake(time_point now) {
  while (!deadlines_.empty() && deadlines_.begin()->first <= now) {
    auto at = pending_.find(deadlines_.begin()->second);
    deadlines_.erase(deadlines_.begin());
    if (at != pending_.end())
      expire(at->second, now);
  }
  for (auto& who : table_.entries()) {
    if (who.kill_at <= now) {
      who.kill_at = never;
      port_.kill(table_.slot_of(who), who.incarnation);
    }
    if (who.recall_at <= now)
      recall_abandoned(who, now);
    if (who.look_at <= now) {
      who.look_at = never;
      // Handed over long ago and nothing has begun: the process is stopped, or has lost its way.
      if (!who.outstanding.empty() && port_.begun(table_.slot_of(who)) <= who.answered)
        port_.kill(table_.slot_of(who), who.incarnation);
    }
  }
  pump(now);
}

void dispatcher_engine::expire(place& where, time_point now) {
  // Rounded: the deadline was set a moment before the task was taken in.
  const auto& what = *where.what;
  const auto span =
      std::chrono::round<std::chrono::milliseconds>(what.deadline - from_ns(what.stamps.queued));
  ++expired_;
  give_up(where,
          {actor_errc::deadline_passed, what.kernel_name + ": not done within " +
                                            std::to_string(span.count()) + " ms" +
                                            (where.slot < 0 ? "; no worker was free for it" : "")},
          now);
}

void dispatcher_engine::give_up(place& where, failure why, time_point now) {
  const auto what = where.what;
  const auto slot = where.slot;
  if (slot < 0) {
    const auto own = what->options.worker;
    auto& from = own >= 0 ? table_[static_cast<std::uint32_t>(own)].own : queue_;
    if (from.erase(*what))
      --queued_;
    return fail(what, why.code, std::move(why.text));
  }
  auto& who = table_[static_cast<std::uint32_t>(slot)];
  what->abandoned = true;
  if (recall(who, *what, now))
    why.text += "; " + limits_.describe_worker(static_cast<std::uint32_t>(slot)) + " was asked to stop";
  else
    who.recall_at = pinion::after(now, recall_time);
  fail(what, why.code, std::move(why.text), slot);
}

// Nobody waits for this task of the worker's any more: if it is at hand, the worker is asked to stop, and
// killed after the grace. Also when it is next and has not begun, as a worker that is stopped never begins;
// one that finished it in this moment says so within the grace.
bool dispatcher_engine::recall(worker_entry& who, const task& what, time_point now) {
  const auto slot = table_.slot_of(who);
  const auto running = port_.running(slot);
  const bool is_next = !who.outstanding.empty() && who.outstanding.front().get() == &what && running == 0;
  if (who.asked_to_stop != 0 || (running != what.id && !is_next))
    return false;
  who.asked_to_stop = what.id;
  who.kill_at = pinion::after(now, limits_.grace);
  port_.ask_to_stop(slot, what.id);
  return true;
}

// One that stood behind others may be at hand by now; replies come many at a time, and too late to say so.
void dispatcher_engine::recall_abandoned(worker_entry& who, time_point now) {
  who.recall_at = never;
  for (const auto& what : who.outstanding)
    if (what->abandoned && what->id != who.asked_to_stop && !recall(who, *what, now))
      who.recall_at = pinion::after(now, recall_time);
}

time_point dispatcher_engine::next_wake() const {
  auto next = deadlines_.empty() ? never : deadlines_.begin()->first;
  for (const auto& who : table_.entries())
    next = std::min({next, who.kill_at, who.look_at, who.recall_at});
  return next;
}

} // namespace pinion
