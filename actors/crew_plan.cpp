// The crew's second part: how many there are to be, and who goes for that.
#include <pinion/actors/crew.hpp>

#include <algorithm>
#include <utility>
#include <vector>

namespace pinion {

using duty = worker_status::duty;
using state = worker_status::state;

void crew::resize(std::size_t workers) {
  plan_.workers = workers;
  wanted_ = workers;
  changed_ = true;
  // One that was given up gets another chance.
  for (auto& who : table_.entries())
    if (who.now == state::given_up) {
      who.now = state::resting;
      who.as = duty::spare;
      who.place = -1;
    }
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
    if (auto* stays = going())
      activate(*stays);
    else if (auto* ready = find(duty::spare, true))
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
    if (!who.worn)
      continue;
    if (who.as == duty::spare) {
      // Nobody needs to take its place.
      who.worn = false;
      ++recycled_;
      leave(who, true, std::exchange(who.leaves_because, {}));
    }
    if (who.as != duty::active)
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
    if (who.as != duty::leaving || who.dismissed || !who.outstanding.empty())
      continue;
    // The next process in its slot is there for them, where there will be one.
    if (!who.own.empty() && !who.come_back)
      continue;
    if (who.now == state::resting || who.now == state::given_up)
      continue;
    who.dismissed = true;
    port_.dismiss(table_.slot_of(who), who.incarnation, who.come_back, who.leaves_because);
  }
}

bool crew::look(std::size_t waiting, time_point now) {
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
    return false;
  replace_worn();
  fill();
  send_home();
  // What could not be done yet is looked at again with every task.
  changed_ = working() > wanted_ ||
             std::any_of(table_.entries().begin(), table_.entries().end(),
                         [](const auto& e) { return e.worn || (e.as == duty::leaving && !e.dismissed); });
  return std::exchange(activated_, false);
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
