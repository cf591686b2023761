// The engine's other half: workers come and go, and what becomes of their tasks.
#include <pinion/actors/dispatcher_engine.hpp>

#include <algorithm>
#include <utility>

namespace pinion {

using namespace std::chrono_literals;

namespace {

// Workers that may die with a task that had not begun, before it is given up.
constexpr int most_lost = 10;

// Once may be chance; from then on it is tried again later and later.
constexpr std::chrono::milliseconds pause_after(int deaths) {
  return deaths < 2 ? 0ms
                    : std::min<std::chrono::milliseconds>(10ms * (1 << std::min(deaths - 2, 10)), 1000ms);
}

} // namespace

void dispatcher_engine::started(const worker_event& event) {
  if (event.slot >= table_.size())
    return;
  auto& who = table_[event.slot];
  if (event.incarnation > who.incarnation && who.incarnation != 0)
    ++who.restarts;
  who.incarnation = event.incarnation;
  who.now = worker_status::state::starting;
  who.pid = event.pid;
  who.processors = event.processors;
  who.answered = 0;
  who.given = 0;
  who.dismissed = false; // that was another process
}

void dispatcher_engine::ready(std::uint32_t slot, std::uint64_t incarnation, time_point now,
                              std::uint64_t ran) {
  auto* who = current(slot, incarnation);
  if (who == nullptr || who->now != worker_status::state::starting)
    return;
  who->now = worker_status::state::idle;
  who->answered = ran;
  crew_.came(*who, now);
  pump(now);
}

void dispatcher_engine::ended(const worker_event& event, time_point now) {
  auto* who = current(event.slot, event.incarnation);
  if (who == nullptr || who->now == worker_status::state::gone)
    return;
  bury(*who, event, now);
  crew_.lost(*who);
  pump(now);
}

// What it had is answered, or goes to others.
void dispatcher_engine::bury(worker_entry& dead, const worker_event& event, time_point now) {
  auto* who = &dead;
  // It takes no more while what it had finished is answered.
  who->now = worker_status::state::gone;
  take_replies(*who, {event.slot, event.incarnation, port_.finished(event.slot)}, now);
  const auto begun = port_.begun(event.slot);
  auto had_begun = begun > who->answered ? begun - who->answered : 0;
  const auto at_hand = port_.running(event.slot);
  auto lost = std::exchange(who->outstanding, {});
  who->expected_ns = 0;
  who->bytes = 0;
  who->asked_to_stop = 0;
  who->kill_at = never;
  who->look_at = never;
  who->recall_at = never;
  who->peek_at = never;
  who->cause = event.cause;
  for (auto& what : lost) {
    const bool ran = had_begun > 0;
    had_begun -= ran ? 1 : 0;
    if (!pending_.contains(what->id)) {
      over(*what); // its caller has an answer, or wants none
      continue;
    }
    if (auto why = ran && what->id == at_hand ? blame_array(*what, event.slot) : std::nullopt) {
      // The next one would do the same.
      fail(what, std::move(*why), static_cast<int>(event.slot));
      over(*what);
      continue;
    }
    // Not begun, and lost again and again: perhaps it is what takes them down.
    const bool hopeless = !ran && ++what->lost >= most_lost;
    const auto attempts = what->options.attempts > 0 ? what->options.attempts : limits_.max_deaths;
    if (hopeless || (ran && (!what->options.idempotent || ++what->deaths >= attempts))) {
      auto text = what->kernel_name + ": " + limits_.describe_worker(event.slot) + " (pid " +
                  std::to_string(event.pid) + ") died while it ran this task: " + event.cause;
      if (what->options.idempotent)
        text = what->kernel_name + ": given up, " + std::to_string(what->deaths) +
               " workers died while they ran this task; the last: " + event.cause;
      fail(what, {actor_errc::worker_died, std::move(text)}, static_cast<int>(event.slot));
      over(*what);
      continue;
    }
    pending_[what->id].slot = -1;
    if (const auto pause = ran ? pause_after(what->deaths) : pause_after(0); pause > 0s) {
      room_.enter(*what);
      retries_.emplace(pinion::after(now, pause), std::move(what));
    } else {
      enqueue(std::move(what));
    }
  }
}

// Tasks whose pause after the death of a worker is over.
void dispatcher_engine::retry(time_point now) {
  while (!retries_.empty() && retries_.begin()->first <= now) {
    auto what = std::move(retries_.begin()->second);
    retries_.erase(retries_.begin());
    line_up(std::move(what));
  }
}

void dispatcher_engine::given_up(const worker_event& event, time_point now) {
  if (event.slot >= table_.size())
    return;
  auto& who = table_[event.slot];
  if (is_current(event.slot, event.incarnation) && who.now != worker_status::state::gone)
    bury(who, event, now);
  who.now = worker_status::state::given_up;
  who.cause = event.cause;
  crew_.lost(who);
  pump(now);
}

// -- how many there are ---------------------------------------------------------

void dispatcher_engine::rested(const worker_event& event, time_point now) {
  auto* who = current(event.slot, event.incarnation);
  if (who == nullptr)
    return;
  if (who->now != worker_status::state::gone)
    bury(*who, event, now);
  who->now = worker_status::state::resting;
  crew_.lost(*who);
  pump(now);
}

void dispatcher_engine::moved(const worker_event& event) {
  if (auto* who = current(event.slot, event.incarnation))
    who->processors = event.processors;
}

void dispatcher_engine::grown(std::uint32_t slot, std::uint64_t incarnation, std::string why,
                              time_point now) {
  if (auto* who = current(slot, incarnation)) {
    crew_.wear(*who, std::move(why));
    pump(now);
  }
}

void dispatcher_engine::resize(std::size_t workers, time_point now) {
  crew_.resize(workers);
  pump(now);
}

void dispatcher_engine::pause() {
  if (phase_ == pool_phase::open) // else what drains would never be done
    phase_ = pool_phase::paused;
}

void dispatcher_engine::resume(time_point now) {
  phase_ = pool_phase::open;
  for (auto& tell : std::exchange(drainers_, {}))
    tell(false);
  pump(now);
}

void dispatcher_engine::drain(std::function<void(bool drained)> told, time_point now) {
  if (halted_)
    return told(false);
  phase_ = pool_phase::draining;
  drainers_.push_back(std::move(told));
  pump(now); // it may have been paused
}

// Once every task is answered, and none runs on for nobody.
void dispatcher_engine::tell_drained() {
  if (drainers_.empty() || !pending_.empty() ||
      std::any_of(table_.entries().begin(), table_.entries().end(),
                  [](const auto& who) { return !who.outstanding.empty(); }))
    return;
  for (auto& tell : std::exchange(drainers_, {}))
    tell(true);
}

void dispatcher_engine::fail_unreachable(time_point now) {
  bool found = false;
  auto fail_all = [&](task_queue& from, const std::string& cause) {
    while (auto what = from.pop({})) {
      found = true;
      left_queue(*what, now);
      fail(what, {actor_errc::no_workers, what->kernel_name + ": no worker is left to run it: " + cause});
    }
  };
  // One that fails may let others go, who waited for its arrays, into any queue.
  do {
    found = false;
    for (auto& who : table_.entries())
      if (who.now == worker_status::state::given_up)
        fail_all(who.own, who.cause);
    if (table_.hopeless())
      fail_all(queue_, table_.size() == 0 ? "the node has none" : table_[0].cause);
  } while (found);
}

} // namespace pinion
