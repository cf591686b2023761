// The engine's other half: workers come and go, and what becomes of their tasks.
#include <pinion/actors/dispatcher_engine.hpp>

#include <utility>

namespace pinion {

namespace {

// Workers that may die with a task that had not begun, before it is given up.
constexpr int most_lost = 10;

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
}

void dispatcher_engine::ready(std::uint32_t slot, std::uint64_t incarnation, time_point now) {
  auto* who = current(slot, incarnation);
  if (who == nullptr || who->now != worker_status::state::starting)
    return;
  who->now = worker_status::state::idle;
  pump(now);
}

void dispatcher_engine::ended(const worker_event& event, time_point now) {
  auto* who = current(event.slot, event.incarnation);
  if (who == nullptr || who->now == worker_status::state::gone)
    return;
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
      fail(what, why->code, std::move(why->text), static_cast<int>(event.slot));
      over(*what);
      continue;
    }
    // Not begun, and lost again and again: perhaps it is what takes them down.
    const bool hopeless = !ran && ++what->lost >= most_lost;
    if (hopeless || (ran && (!what->options.idempotent || ++what->deaths >= limits_.max_deaths))) {
      auto text = what->kernel_name + ": " + limits_.describe_worker(event.slot) + " (pid " +
                  std::to_string(event.pid) + ") died while it ran this task: " + event.cause;
      if (what->options.idempotent)
        text = what->kernel_name + ": given up, " + std::to_string(what->deaths) +
               " workers died while they ran this task; the last: " + event.cause;
      fail(what, actor_errc::worker_died, std::move(text), static_cast<int>(event.slot));
      over(*what);
      continue;
    }
    pending_[what->id].slot = -1;
    enqueue(std::move(what));
  }
  pump(now);
}

void dispatcher_engine::given_up(const worker_event& event, time_point now) {
  if (event.slot >= table_.size())
    return;
  ended(event, now);
  auto& who = table_[event.slot];
  who.now = worker_status::state::given_up;
  who.cause = event.cause;
  pump(now);
}

void dispatcher_engine::fail_unreachable() {
  bool found = false;
  auto fail_all = [&](task_queue& from, const std::string& cause) {
    while (auto what = from.pop({})) {
      found = true;
      left_queue(*what);
      fail(what, actor_errc::no_workers, what->kernel_name + ": no worker is left to run it: " + cause);
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
