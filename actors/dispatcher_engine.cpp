#include <pinion/actors/dispatcher_engine.hpp>

#include <algorithm>
#include <map>
#include <utility>

namespace pinion {

namespace {

// A worker begins what it was sent within microseconds. One that has not after this long, on a machine
// however busy, is not going to.
constexpr auto begin_time = std::chrono::seconds{10};

} // namespace

dispatcher_engine::dispatcher_engine(worker_port& port, limits what)
    : port_(port), limits_(std::move(what)), table_(limits_.slots) {
  if (!limits_.describe_worker)
    limits_.describe_worker = [](std::uint32_t slot) { return "worker " + std::to_string(slot); };
}

// -- taking in ----------------------------------------------------------------

void dispatcher_engine::submit(task_ptr what, time_point now) {
  what->id = ++last_id_;
  what->stamps.queued = to_ns(now);
  const auto slot = what->options.worker;
  pending_.emplace(what->id, place{what, -1});
  if (what->refused)
    return fail(what, what->refused->code, what->refused->text);
  if (halted_)
    return fail(what, actor_errc::node_stopping, what->kernel_name + ": the node is stopping");
  if (slot >= 0 && static_cast<std::size_t>(slot) >= table_.size())
    return fail(what, actor_errc::no_workers,
                what->kernel_name + ": there is no worker " + std::to_string(slot) + ", the node has " +
                    std::to_string(table_.size()));
  if (queued_ >= limits_.max_queue)
    return fail(what, actor_errc::overloaded,
                what->kernel_name + ": " + std::to_string(queued_) +
                    " tasks wait already, the limit; try again later or raise max_queue");
  if (what->deadline != never)
    deadlines_.emplace(what->deadline, what->id);
  enqueue(std::move(what));
  fail_unreachable();
  pump(now);
}

void dispatcher_engine::enqueue(task_ptr what) {
  ++queued_;
  const auto slot = what->options.worker;
  if (slot >= 0)
    table_[static_cast<std::uint32_t>(slot)].own.push(std::move(what));
  else
    queue_.push(std::move(what));
}

// -- handing over -------------------------------------------------------------

void dispatcher_engine::pump(time_point now) {
  if (halted_ || queued_ == 0)
    return;
  std::map<worker_entry*, std::vector<task_ptr>> batches;
  auto take = [&](task_queue& from, worker_entry& to) {
    auto what = from.pop();
    --queued_;
    batches[&to].push_back(what);
    table_.charge(to, std::move(what), now);
  };
  for (auto& who : table_.entries())
    while (!who.own.empty() && table_.has_credit(who, now))
      take(who.own, who);
  while (!queue_.empty()) {
    auto* who = table_.least_loaded(now);
    if (who == nullptr)
      break;
    take(queue_, *who);
  }
  for (auto& [who, batch] : batches)
    hand_over(*who, batch, now);
}

void dispatcher_engine::hand_over(worker_entry& who, std::vector<task_ptr>& batch, time_point now) {
  const auto slot = table_.slot_of(who);
  if (who.look_at == never)
    who.look_at = pinion::after(now, begin_time);
  for (auto& what : batch) {
    what->stamps.sent = to_ns(now);
    if (auto at = pending_.find(what->id); at != pending_.end())
      at->second.slot = static_cast<int>(slot);
  }
  port_.run(slot, pack_run(batch));
}

// -- answers ------------------------------------------------------------------

void dispatcher_engine::answer(const task_ptr& what, outcome&& result) {
  if (pending_.erase(what->id) == 0)
    return; // answered before, by its deadline
  if (what->deadline != never)
    deadlines_.erase({what->deadline, what->id});
  ++(result.ok() ? done_ : failed_);
  result.stamps = what->stamps;
  // Its arrays stay until the task is over (it leaves `outstanding`), which a deadline does not make it.
  auto tell = std::exchange(what->on_done, nullptr);
  if (!tell)
    return;
  try {
    tell(std::move(result));
  } catch (...) {
    // One asker's fault is not the others': they are still to be answered.
  }
}

void dispatcher_engine::fail(const task_ptr& what, actor_errc code, std::string text, int slot) {
  answer(what, outcome{failure{code, std::move(text)}, {}, slot});
}

void dispatcher_engine::done(done_items&& what, time_point now) {
  auto* who = current(what.slot, what.incarnation);
  if (who == nullptr)
    return; // a worker that was replaced
  take_replies(*who, std::move(what), now);
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
    finished->stamps.started = item.started_ns;
    finished->stamps.finished = item.finished_ns;
    finished->stamps.cpu_ns = item.cpu_ns;
    finished->stamps.replied = to_ns(now);
    if (item.finished_ns > item.started_ns)
      table_.learn(finished->kernel, static_cast<double>(item.finished_ns - item.started_ns));
    answer(finished, outcome_of(item, static_cast<int>(what.slot)));
  }
}

// -- time ---------------------------------------------------------------------

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
  auto what = where.what;
  const auto slot = where.slot;
  // Rounded: the deadline was set a moment before the task was taken in.
  const auto span =
      std::chrono::round<std::chrono::milliseconds>(what->deadline - from_ns(what->stamps.queued));
  auto text = what->kernel_name + ": not done within " + std::to_string(span.count()) + " ms";
  ++expired_;
  if (slot < 0) {
    auto own = what->options.worker;
    auto& from = own >= 0 ? table_[static_cast<std::uint32_t>(own)].own : queue_;
    if (from.erase(*what))
      --queued_;
    return fail(what, actor_errc::deadline_passed, text + "; no worker was free for it");
  }
  auto& who = table_[static_cast<std::uint32_t>(slot)];
  // Running, or next and not begun: a worker that is stopped never begins. One that finished it in this
  // moment, or will find it expired, says so within the grace.
  const auto running = port_.running(static_cast<std::uint32_t>(slot));
  const bool is_next = !who.outstanding.empty() && who.outstanding.front() == what && running == 0;
  if ((running == what->id || is_next) && who.asked_to_stop == 0) {
    who.asked_to_stop = what->id;
    who.kill_at = pinion::after(now, limits_.grace);
    port_.ask_to_stop(static_cast<std::uint32_t>(slot), what->id);
    text += "; " + limits_.describe_worker(static_cast<std::uint32_t>(slot)) + " was asked to stop";
  }
  fail(what, actor_errc::deadline_passed, std::move(text), slot);
}

time_point dispatcher_engine::next_wake() const {
  auto next = deadlines_.empty() ? never : deadlines_.begin()->first;
  for (const auto& who : table_.entries())
    next = std::min({next, who.kill_at, who.look_at});
  return next;
}

void dispatcher_engine::halt() {
  halted_ = true;
  queued_ = 0;
  queue_ = {};
  for (auto& who : table_.entries()) {
    who.own = {};
    who.kill_at = never;
    who.look_at = never;
  }
  while (!pending_.empty()) {
    auto what = pending_.begin()->second.what;
    fail(what, actor_errc::node_stopping, what->kernel_name + ": the node stopped before it was done");
  }
}

// -- looking ------------------------------------------------------------------

worker_entry* dispatcher_engine::current(std::uint32_t slot, std::uint64_t incarnation) {
  return is_current(slot, incarnation) ? &table_[slot] : nullptr;
}

bool dispatcher_engine::is_current(std::uint32_t slot, std::uint64_t incarnation) const {
  return slot < table_.size() && table_[slot].incarnation == incarnation;
}

dispatcher_status dispatcher_engine::status(time_point now) const {
  dispatcher_status result;
  result.queued = queued_;
  result.sent = pending_.size() - std::min(pending_.size(), queued_);
  result.done = done_;
  result.failed = failed_;
  result.expired = expired_;
  for (const auto& who : table_.entries()) {
    worker_status one;
    one.slot = table_.slot_of(who);
    one.now = who.now;
    one.pid = who.pid;
    one.incarnation = who.incarnation;
    one.processors = who.processors;
    one.tasks_done = who.tasks_done;
    one.restarts = who.restarts;
    if (!who.outstanding.empty()) {
      one.running = who.outstanding.front()->kernel_name;
      one.for_ns = to_ns(now) - who.outstanding.front()->stamps.sent;
    }
    result.workers.push_back(std::move(one));
  }
  return result;
}

} // namespace pinion
