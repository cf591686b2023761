#include <pinion/actors/crew.hpp>

#include <algorithm>
#include <utility>
#include <vector>

namespace pinion {

using duty = worker_status::duty;
using state = worker_status::state;

crew::crew(worker_table& table, worker_port& port, plan what)
    : table_(table), port_(port), plan_(what), wanted_(what.workers) {
  table_.grow(slots());
  table_.limit_given(plan_.recycle_tasks);
  int place = 0;
  for (auto& who : table_.entries()) {
    const bool active = static_cast<std::size_t>(place) < plan_.workers;
    who.as = active ? duty::active : duty::spare;
    who.place = active ? place++ : -1;
  }
}

// A worker that has run enough needs a successor.
std::size_t crew::spares() const noexcept {
  return std::max(plan_.spares, std::size_t{plan_.recycles ? 1U : 0U});
}

std::size_t crew::least() const noexcept { return std::min(plan_.least, plan_.workers); }

// Idle, as far as it is not too early to say so.
bool crew::may_leave(const worker_entry& who) const noexcept {
  return who.works() && who.ready() && who.outstanding.empty() && who.own.empty() && who.idle_since != never;
}

std::size_t crew::working() const {
  return static_cast<std::size_t>(std::count_if(table_.entries().begin(), table_.entries().end(),
                                                [](const auto& e) { return e.works(); }));
}

int crew::free_place() const {
  for (int place = 0;; ++place)
    if (std::none_of(table_.entries().begin(), table_.entries().end(),
                     [&](const auto& e) { return e.works() && e.place == place; }))
      return place;
}

worker_entry* crew::find(duty as, bool ready) {
  const auto at = std::find_if(table_.entries().begin(), table_.entries().end(), [&](const auto& e) {
    return e.as == as && (e.ready() || (!ready && (e.now == state::starting || e.now == state::gone)));
  });
  return at == table_.entries().end() ? nullptr : &*at;
}

// One that was to leave for want of work, and has not gone.
worker_entry* crew::going() {
  const auto at = std::find_if(table_.entries().begin(), table_.entries().end(), [](const auto& e) {
    return e.as == duty::leaving && e.ready() && !e.dismissed && !e.come_back;
  });
  return at == table_.entries().end() ? nullptr : &*at;
}

worker_entry* crew::resting() {
  const auto at = std::find_if(table_.entries().begin(), table_.entries().end(),
                               [](const auto& e) { return e.now == state::resting; });
  return at == table_.entries().end() ? nullptr : &*at;
}

void crew::activate(worker_entry& who) {
  who.place = -1; // not to be in its own way
  who.as = duty::active;
  who.place = free_place();
  activated_ = true;
  port_.post(table_.slot_of(who), static_cast<std::uint32_t>(who.place));
}

void crew::call_in(worker_entry& who, duty as) {
  who.now = state::starting;
  who.as = as;
  who.place = -1;
  if (as == duty::active)
    who.place = free_place();
  const auto slot = table_.slot_of(who);
  port_.call_in(slot);
  if (who.place >= 0)
    port_.post(slot, static_cast<std::uint32_t>(who.place));
}

void crew::leave(worker_entry& who, bool come_back, std::string why) {
  who.as = duty::leaving;
  who.place = -1;
  who.come_back = come_back;
  who.leaves_because = std::move(why);
}

void crew::came(worker_entry& who, time_point now) {
  who.idle_since = now;
  changed_ = true;
  if (who.as != duty::spare)
    return;
  // A place whose process has died and is not replaced yet has waited long enough.
  const auto empty = std::find_if(table_.entries().begin(), table_.entries().end(), [](const auto& e) {
    return e.as == duty::active && (e.now == state::gone || (e.now == state::starting && e.restarts > 0));
  });
  if (empty == table_.entries().end())
    return;
  empty->as = duty::spare;
  empty->place = -1;
  activate(who);
}

void crew::lost(worker_entry& who) {
  changed_ = true;
  who.idle_since = never;
  who.worn = false;
  who.grew = false;
  who.given = 0;
  if (std::exchange(who.dismissed, false) || who.as == duty::leaving) {
    who.as = duty::spare; // look() says what it is for
    who.place = -1;
  } else if (who.as == duty::active) {
    if (auto* other = find(duty::spare, true)) {
      who.as = duty::spare;
      who.place = -1;
      activate(*other);
    }
  }
}

void crew::worked(worker_entry& who, time_point now) {
  who.idle_since = who.outstanding.empty() ? now : never;
  if (plan_.recycle_tasks > 0 && who.given >= plan_.recycle_tasks && !who.worn)
    wear(who, "it had run " + std::to_string(who.given) + " tasks (recycle_tasks)");
  if (who.grew && who.given > 0 && !who.worn)
    wear(who, std::exchange(who.leaves_because, {}));
}

void crew::wear(worker_entry& who, std::string why) {
  who.leaves_because = std::move(why);
  // Its successor would be no smaller: each process runs a task at the least.
  if (who.given == 0) {
    who.grew = true;
    return;
  }
  who.worn = true;
  who.grew = false;
  changed_ = true;
}

void crew::want(worker_entry& who) {
  if (who.now != state::resting)
    return;
  // For that alone: who works in the pool is another question.
  call_in(who, duty::leaving);
  who.come_back = false;
  who.leaves_because = "the tasks for its slot are done";
  changed_ = true;
}

} // namespace pinion
