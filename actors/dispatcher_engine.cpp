#include <pinion/actors/dispatcher_engine.hpp>

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include <pinion/shm/error.hpp>

namespace pinion {

dispatcher_engine::dispatcher_engine(worker_port& port, limits what)
    : port_(port), limits_(std::move(what)), crew_(table_, port, limits_.workers), room_(limits_.room) {
  if (!limits_.describe_worker)
    limits_.describe_worker = [](std::uint32_t slot) { return "worker " + std::to_string(slot); };
}

// -- taking in ----------------------------------------------------------------

void dispatcher_engine::submit(task_ptr what, time_point now) {
  what->id = ++last_id_;
  what->queued_ns = to_ns(now);
  const auto slot = what->options.worker;
  pending_.emplace(what->id, place{what, -1});
  if (const auto* why = what->refused())
    return fail(what, *why);
  if (halted_)
    return fail(what, {actor_errc::node_stopping, what->kernel_name + ": the node is stopping"});
  if (phase_ == pool_phase::draining)
    return fail(what, {actor_errc::draining, what->kernel_name + ": the node finishes what it has and takes "
                                                                 "no new task"});
  if (slot >= 0 && static_cast<std::size_t>(slot) >= table_.size())
    return fail(what,
                {actor_errc::no_workers, what->kernel_name + ": there is no worker " + std::to_string(slot) +
                                             ", the node has " + std::to_string(table_.size())});
  if (!make_room(what, now))
    return;
  if (what->deadline != never)
    deadlines_.emplace(what->deadline, what->id);
  if (wait_for_arrays(what, now))
    return;
  enqueue(std::move(what));
  pump(now);
}

void dispatcher_engine::enqueue(task_ptr what) {
  room_.enter(*what);
  line_up(std::move(what));
}

void dispatcher_engine::line_up(task_ptr what) {
  const auto slot = what->options.worker;
  if (slot >= 0)
    table_[static_cast<std::uint32_t>(slot)].own.push(std::move(what));
  else
    queue_.push(std::move(what));
}

void dispatcher_engine::left_queue(task& what, time_point now) {
  room_.leave(what, now);
  if (what.extras)
    what.extras->ticket.reset();
}

// -- handing over -------------------------------------------------------------

void dispatcher_engine::pump(time_point now) {
  if (halted_)
    return;
  // Whatever came into a queue: a new task, or one whose arrays were let go just now.
  if (room_.tasks() > 0) {
    fail_unreachable(now);
    hand_out(now);
  }
  if (crew_.look(queue_.size(), now) && room_.tasks() > 0)
    hand_out(now);
  tell_drained();
}

// The one, of those with credit, whose own next task is the most urgent.
worker_entry* dispatcher_engine::most_urgent(const std::vector<worker_entry*>& of, time_point now) const {
  worker_entry* best = nullptr;
  for (auto* who : of)
    if (!who->own.empty() && table_.has_credit(*who, now) &&
        (best == nullptr || who->own.next_urgency(now) < best->own.next_urgency(now)))
      best = who;
  return best;
}

void dispatcher_engine::hand_out(time_point now) {
  if (phase_ == pool_phase::paused)
    return;
  std::map<worker_entry*, std::vector<task_ptr>> batches;
  auto take = [&](task_queue& from, worker_entry& to) {
    auto what = from.pop(now);
    left_queue(*what, now);
    batches[&to].push_back(what);
    table_.charge(to, std::move(what), now);
  };
  std::vector<worker_entry*> asked; // for by name
  for (auto& who : table_.entries())
    if (!who.own.empty()) {
      crew_.want(who);
      asked.push_back(&who);
    }
  for (;;) {
    auto* named = most_urgent(asked, now);
    auto* any = queue_.empty() ? nullptr : table_.least_loaded(now);
    if (named != nullptr && (any == nullptr || named->own.next_urgency(now) <= queue_.next_urgency(now)))
      take(named->own, *named);
    else if (any != nullptr)
      take(queue_, *any);
    else
      break;
  }
  for (auto& [who, batch] : batches)
    hand_over(*who, batch, now);
}

void dispatcher_engine::hand_over(worker_entry& who, std::vector<task_ptr>& batch, time_point now) {
  const auto slot = table_.slot_of(who);
  watch(who, now);
  for (auto& what : batch) {
    what->sent_ns = to_ns(now);
    if (auto at = pending_.find(what->id); at != pending_.end())
      at->second.slot = static_cast<int>(slot);
  }
  crew_.worked(who, now);
  port_.run(slot, pack_run(batch));
}

// -- answers ------------------------------------------------------------------

void dispatcher_engine::answer(const task_ptr& what, outcome&& result) {
  const auto at = pending_.find(what->id);
  if (at == pending_.end())
    return; // answered before, by its deadline
  const bool with_worker = at->second.slot >= 0;
  pending_.erase(at);
  if (what->deadline != never)
    deadlines_.erase({what->deadline, what->id});
  if (what->extras)
    what->extras->ticket.reset();
  ++(result.ok() ? done_ : failed_);
  result.stamps.queued = what->queued_ns;
  result.stamps.sent = what->sent_ns;
  // Its arrays stay until the task is over (it leaves `outstanding`), which a deadline does not make it.
  try {
    what->settle(std::move(result));
  } catch (...) {
    // One asker's fault is not the others': they are still to be answered.
  }
  if (!with_worker)
    over(*what);
}

void dispatcher_engine::fail(const task_ptr& what, failure why, int slot) {
  answer(what, outcome{std::move(why), {}, slot});
}

void dispatcher_engine::done(done_items&& what, time_point now) {
  auto* who = current(what.slot, what.incarnation);
  if (who == nullptr)
    return; // a worker that was replaced
  take_replies(*who, std::move(what), now);
  watch(*who, now);
  if (who->outstanding.empty() && who->ready())
    who->now = worker_status::state::idle;
  pump(now);
}

void dispatcher_engine::take_replies(worker_entry& who, done_items&& what, time_point now) {
  for (auto& item : what.items) {
    auto& mine = who.outstanding;
    auto at = std::find_if(mine.begin(), mine.end(), [&](const auto& t) { return t->id == item.id; });
    if (at == mine.end())
      continue;
    auto finished = std::move(*at);
    mine.erase(at);
    table_.discharge(who, *finished, now);
    ++who.answered;
    ++who.tasks_done;
    if (who.asked_to_stop == item.id) {
      who.asked_to_stop = 0;
      who.kill_at = never;
    }
    if (item.finished_ns > item.started_ns)
      table_.learn(finished->kernel, static_cast<double>(item.finished_ns - item.started_ns));
    auto result = outcome_of(item, static_cast<int>(what.slot));
    result.stamps.started = item.started_ns;
    result.stamps.finished = item.finished_ns;
    result.stamps.cpu_ns = item.cpu_ns;
    result.stamps.replied = to_ns(now);
    if (item.block)
      take_block(result, what.slot, item, finished->kernel_name);
    // Before the answer: its asker may want the memory for the next array.
    if (finished->arrays)
      finished->arrays->holds.clear();
    answer(finished, std::move(result));
    over(*finished);
  }
  crew_.worked(who, now);
}

void dispatcher_engine::halt() {
  halted_ = true;
  room_.clear();
  queue_.clear();
  retries_.clear();
  leases_ = {};
  for (auto& who : table_.entries()) {
    who.own.clear();
    who.kill_at = never;
    who.look_at = never;
    who.recall_at = never;
    who.peek_at = never;
  }
  while (!pending_.empty()) {
    auto what = pending_.begin()->second.what;
    fail(what, {actor_errc::node_stopping, what->kernel_name + ": the node stopped before it was done"});
  }
  for (auto& tell : std::exchange(drainers_, {}))
    tell(false);
}

void dispatcher_engine::forget_outstanding() {
  for (auto& who : table_.entries())
    who.outstanding.clear();
}

// -- looking ------------------------------------------------------------------

worker_entry* dispatcher_engine::current(std::uint32_t slot, std::uint64_t incarnation) {
  return is_current(slot, incarnation) ? &table_[slot] : nullptr;
}

bool dispatcher_engine::is_current(std::uint32_t slot, std::uint64_t incarnation) const {
  return slot < table_.size() && table_[slot].incarnation == incarnation;
}

std::shared_ptr<emission_queue> dispatcher_engine::hearer_of(std::uint64_t task) const {
  const auto at = pending_.find(task);
  return at == pending_.end() ? nullptr : at->second.what->emitted();
}

dispatcher_status dispatcher_engine::status(time_point now) const {
  dispatcher_status result;
  result.phase = phase_;
  result.queued = room_.tasks();
  result.waiting = leases_.waiting();
  result.sent = pending_.size() - std::min(pending_.size(), room_.tasks());
  result.done = done_;
  result.failed = failed_;
  result.expired = expired_;
  result.withdrawn = withdrawn_;
  result.refused = refused_;
  result.shed = shed_;
  result.recycled = crew_.recycled();
  for (const auto& who : table_.entries()) {
    worker_status one;
    one.slot = table_.slot_of(who);
    one.now = who.now;
    one.as = who.as;
    one.pid = who.pid;
    one.incarnation = who.incarnation;
    one.processors = who.processors;
    one.tasks_done = who.tasks_done;
    one.restarts = who.restarts;
    if (!who.outstanding.empty()) {
      one.running = who.outstanding.front()->kernel_name;
      one.for_ns = to_ns(now) - who.outstanding.front()->sent_ns;
    }
    result.workers.push_back(std::move(one));
  }
  return result;
}

} // namespace pinion
