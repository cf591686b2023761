// The engine's third part: deadlines, and tasks that nobody waits for any more.
#include <pinion/actors/dispatcher_engine.hpp>

#include <algorithm>
#include <utility>

namespace pinion {

namespace {

// A worker begins what it was sent within microseconds. One that has not after this long, on a machine
// however busy, is not going to.
constexpr auto begin_time = std::chrono::seconds{10};

// A worker answers many short tasks at once, and may come to a slow one before it has: after this long
// without a word its notes are read. They hold what is finished, and nobody waits behind a stranger's task.
constexpr auto peek_time = std::chrono::milliseconds{5};

// How often a worker is looked at that still has a task which nobody waits for.
constexpr auto recall_time = std::chrono::milliseconds{100};

// Rounded where it came from the node: the deadline was set a moment before the task was taken in.
std::string time_given(const task& what) {
  const auto span = what.options.timeout.value_or(
      std::chrono::round<std::chrono::milliseconds>(what.deadline - from_ns(what.queued_ns)));
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(span);
  return ms == span || ms.count() >= 10
             ? std::to_string(ms.count()) + " ms"
             : std::to_string(std::chrono::ceil<std::chrono::microseconds>(span).count()) + " us";
}

} // namespace

void dispatcher_engine::withdraw(const task_ptr& what, time_point now) {
  const auto at = pending_.find(what->id);
  if (at == pending_.end() || at->second.what != what)
    return; // it has its answer
  ++withdrawn_;
  give_up(at->second, {actor_errc::cancelled, what->kernel_name + ": withdrawn by who asked for it"}, now);
  pump(now);
}

// Something was handed to the worker, or came from it.
void dispatcher_engine::watch(worker_entry& who, time_point now) {
  who.look_at = who.outstanding.empty() ? never : pinion::after(now, begin_time);
  who.peek_at = who.outstanding.size() < 2 ? never : pinion::after(now, peek_time);
}

void dispatcher_engine::peek(worker_entry& who, time_point now) {
  const auto busy_since = who.busy_since;
  const auto slot = table_.slot_of(who);
  take_replies(who, {slot, who.incarnation, port_.finished(slot)}, now);
  // It is still at what made it silent: nothing more is put behind that.
  who.busy_since = busy_since;
  who.peek_at = who.outstanding.size() < 2 ? never : pinion::after(now, peek_time);
}

void dispatcher_engine::wake(time_point now) {
  for (auto& who : table_.entries())
    if (who.peek_at <= now)
      peek(who, now);
  retry(now);
  while (!deadlines_.empty() && deadlines_.begin()->first <= now) {
    const auto id = deadlines_.begin()->second;
    deadlines_.erase(deadlines_.begin());
    auto at = pending_.find(id);
    if (at != pending_.end() && at->second.slot >= 0) {
      // Perhaps it is done, and its worker had no time to say so.
      peek(table_[static_cast<std::uint32_t>(at->second.slot)], now);
      at = pending_.find(id);
    }
    if (at != pending_.end())
      expire(at->second, now);
  }
  for (auto& who : table_.entries()) {
    if (who.kill_at <= now) {
      who.kill_at = never;
      port_.kill(table_.slot_of(who), who.incarnation,
                 "its task's time was over or its asker gone, it did not stop when asked, and was killed");
    }
    if (who.recall_at <= now)
      recall_abandoned(who, now);
    if (who.look_at <= now) {
      who.look_at = never;
      // Handed over long ago and nothing has begun: the process is stopped, or has lost its way.
      if (!who.outstanding.empty() && port_.begun(table_.slot_of(who)) <= who.answered)
        port_.kill(table_.slot_of(who), who.incarnation,
                   "it began nothing of what it was sent for " + std::to_string(begin_time.count()) +
                       " s, and was killed");
    }
  }
  pump(now);
}

void dispatcher_engine::expire(place& where, time_point now) {
  const auto& what = *where.what;
  ++expired_;
  const auto why = where.slot >= 0          ? std::string()
                   : leases_.waits(what.id) ? "; " + busy_text(what)
                                            : "; no worker was free for it";
  give_up(where,
          {actor_errc::deadline_passed, what.kernel_name + ": not done within " + time_given(what) + why},
          now);
}

void dispatcher_engine::give_up(place& where, failure why, time_point now) {
  const auto what = where.what;
  const auto slot = where.slot;
  if (slot < 0) {
    const auto own = what->options.worker;
    auto& from = own >= 0 ? table_[static_cast<std::uint32_t>(own)].own : queue_;
    if (leases_.waits(what->id) || from.erase(*what) ||
        std::erase_if(retries_, [&](const auto& each) { return each.second == what; }) > 0)
      left_queue(*what, now);
    return fail(what, std::move(why));
  }
  auto& who = table_[static_cast<std::uint32_t>(slot)];
  what->abandoned = true;
  if (recall(who, *what, now))
    why.text += "; " + limits_.describe_worker(static_cast<std::uint32_t>(slot)) + " was asked to stop";
  else
    who.recall_at = pinion::after(now, recall_time);
  fail(what, std::move(why), slot);
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
  auto next = std::min(deadlines_.empty() ? never : deadlines_.begin()->first, crew_.next_look());
  if (!retries_.empty())
    next = std::min(next, retries_.begin()->first);
  for (const auto& who : table_.entries())
    next = std::min({next, who.kill_at, who.look_at, who.recall_at, who.peek_at});
  return next;
}

} // namespace pinion
