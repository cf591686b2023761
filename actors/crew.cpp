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

worker_entry* crew::resting() {
  const auto at = std::find_if(table_.entries().begin(), table_.entries().end(),
                               [](const auto& e) { return e.now == state::resting; });
  return at == table_.entries().end() ? nullptr : &*at;
}

void crew::activate(worker_entry& who) {
  who.place = -1; // not to be in its own way
  who.as = duty::active;
  who.place = free_place();
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
}

void crew::lost(worker_entry& who) {
  changed_ = true;
  who.idle_since = never;
  who.worn = false;
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
}

void crew::wear(worker_entry& who, std::string why) {
  who.worn = true;
  changed_ = true;
  who.leaves_because = std::move(why);
}

void crew::want(worker_entry& who) {
  if (who.now != state::resting)
    return;
  call_in(who, duty::active);
  changed_ = true;
}

void crew::resize(std::size_t workers) {
  plan_.workers = workers;
  wanted_ = workers;
  changed_ = true;
  const auto before = table_.size();
  table_.grow(slots());
  for (auto slot = before; slot < table_.size(); ++slot)
    table_[static_cast<std::uint32_t>(slot)].now = state::resting;
  port_.resize(workers, table_.size());
  fill();
  // The places are others now.
  std::vector<worker_entry*> working;
  for (auto& who : table_.entries())
    if (who.works())
      working.push_back(&who);
  for (std::size_t i = 0; i < working.size(); ++i) {
    working[i]->place = static_cast<int>(i);
    port_.post(table_.slot_of(*working[i]), static_cast<std::uint32_t>(i));
  }
}

// As many as are wanted work, and the spares are there.
void crew::fill() {
  while (working() < wanted_) {
    if (auto* ready = find(duty::spare, true))
      activate(*ready);
    else if (auto* starting = find(duty::spare, false))
      activate(*starting);
    else if (auto* fresh = resting())
      call_in(*fresh, duty::active);
    else
      break; // given up
  }
  // First those that have no process yet, then idle ones, those with the highest numbers.
  const auto cost = [](const worker_entry& e) {
    return !e.own.empty() ? 3 : !e.outstanding.empty() ? 2 : e.ready() ? 1 : 0;
  };
  while (working() > wanted_) {
    worker_entry* cheapest = nullptr;
    for (auto& who : table_.entries())
      if (who.works() && (cheapest == nullptr || cost(who) <= cost(*cheapest)))
        cheapest = &who;
    if (cost(*cheapest) == 3)
      break;
    leave(*cheapest, false, "the pool has fewer workers now");
  }
  const auto count = [&] {
    return static_cast<std::size_t>(
        std::count_if(table_.entries().begin(), table_.entries().end(), [](const auto& e) {
          return e.as == duty::spare && e.now != state::given_up && e.now != state::resting;
        }));
  };
  while (count() < spares()) {
    auto* fresh = resting();
    if (fresh == nullptr)
      break;
    call_in(*fresh, duty::spare);
  }
  while (count() > spares()) {
    auto* one = find(duty::spare, false);
    if (one == nullptr)
      break;
    leave(*one, false, "it was one spare too many");
  }
}

// Who is worn goes as soon as another is ready.
void crew::replace_worn() {
  for (auto& who : table_.entries()) {
    if (!who.worn || who.as != duty::active)
      continue;
    auto* next = find(duty::spare, true);
    if (next == nullptr)
      return;
    who.worn = false;
    ++recycled_;
    auto why = std::exchange(who.leaves_because, {});
    leave(who, true, std::move(why));
    activate(*next);
  }
}

// One that is idle for so long is one too many.
void crew::trim(time_point now) {
  while (plan_.least > 0 && working() > least()) {
    const auto idle = std::find_if(table_.entries().rbegin(), table_.entries().rend(), [&](const auto& e) {
      return may_leave(e) && pinion::after(e.idle_since, plan_.idle_time) <= now;
    });
    if (idle == table_.entries().rend())
      return;
    wanted_ = working() - 1;
    leave(*idle, false, "it had no task for a while (min_workers)");
  }
}

void crew::send_home() {
  for (auto& who : table_.entries()) {
    if (who.as != duty::leaving || who.dismissed || !who.outstanding.empty() || !who.own.empty())
      continue;
    if (who.now == state::resting || who.now == state::given_up)
      continue;
    who.dismissed = true;
    port_.dismiss(table_.slot_of(who), who.incarnation, who.come_back, who.leaves_because);
  }
}

void crew::look(std::size_t waiting, time_point now) {
  waiting_ = waiting;
  if (waiting > 0 && wanted_ < plan_.workers) {
    // One for each task that runs or waits; those that start already are for them.
    const auto busy = static_cast<std::size_t>(
        std::count_if(table_.entries().begin(), table_.entries().end(),
                      [](const auto& e) { return e.works() && !e.outstanding.empty(); }));
    if (const auto demand = std::min(plan_.workers, busy + waiting); demand > wanted_) {
      wanted_ = demand;
      changed_ = true;
    }
  } else if (waiting == 0 && next_look() <= now) {
    trim(now);
    changed_ = true;
  }
  if (!std::exchange(changed_, false))
    return;
  replace_worn();
  fill();
  send_home();
  // What could not be done yet is looked at again with every task.
  changed_ = working() > wanted_ ||
             std::any_of(table_.entries().begin(), table_.entries().end(),
                         [](const auto& e) { return e.worn || (e.as == duty::leaving && !e.dismissed); });
}

time_point crew::next_look() const {
  auto next = never;
  if (waiting_ == 0 && plan_.least > 0 && working() > least())
    for (const auto& who : table_.entries())
      if (may_leave(who))
        next = std::min(next, pinion::after(who.idle_since, plan_.idle_time));
  return next;
}

} // namespace pinion
