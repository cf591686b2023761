// The engine's fifth part: one task more than there is room for.
#include <pinion/actors/dispatcher_engine.hpp>

#include <algorithm>
#include <tuple>
#include <utility>

namespace pinion {

// False if there is none: then it has been refused.
bool dispatcher_engine::make_room(const task_ptr& what, time_point now) {
  auto full = room_.refuse(*what);
  // Nobody goes for one that is refused after all.
  if (full && limits_.room.when_full == full_policy::shed && !room_.too_large(*what) && could_shed_for(*what))
    while (full && shed_for(*what, *full, now))
      full = room_.refuse(*what);
  if (!full)
    return true;
  ++refused_;
  const auto pause = until_room(*what, *full);
  const std::string when = pause.count() > 0 ? "try again in " + std::to_string(pause.count()) + " ms"
                                             : "the pool is paused; resume it";
  fail(what, {actor_errc::overloaded,
              what->kernel_name + ": " + full->text + "; " + when + ", or raise " + full->setting, pause});
  return false;
}

// Of a paused pool nobody knows.
std::chrono::milliseconds dispatcher_engine::until_room(const task& what,
                                                        const admission::obstacle& full) const {
  return phase_ == pool_phase::paused ? std::chrono::milliseconds{0} : room_.until_room(what, full.of_client);
}

// Whether those that are no more urgent are enough.
bool dispatcher_engine::could_shed_for(const task& what) const {
  const auto enough = [&](std::optional<std::uint64_t> client, task_sum missing) {
    return queue_.could_shed(client, what.options.priority, missing) ||
           std::any_of(table_.entries().begin(), table_.entries().end(), [&](const auto& who) {
             return who.own.could_shed(client, what.options.priority, missing);
           });
  };
  const auto missing = room_.to_go(what);
  return enough(what.options.client, missing.of_client) && enough(std::nullopt, missing.of_all);
}

// One task goes: of the client that has the most of what is short, unless his are all more urgent.
bool dispatcher_engine::shed_for(const task& what, const admission::obstacle& full, time_point now) {
  const auto clients =
      full.of_client ? std::vector{what.options.client} : room_.largest_clients(full.of_bytes);
  const auto rank = [](const task& one) { return std::tuple(one.options.priority, one.deadline, one.id); };
  for (const auto client : clients) {
    const task* first = nullptr;
    task_queue* from = nullptr;
    const auto look_at = [&](task_queue& queue) {
      const auto* candidate = queue.to_shed(client, what.options.priority);
      if (candidate != nullptr && (first == nullptr || rank(*candidate) < rank(*first))) {
        first = candidate;
        from = &queue;
      }
    };
    look_at(queue_);
    for (auto& who : table_.entries())
      look_at(who.own);
    if (first == nullptr)
      continue;
    const auto victim = from->shed(client, what.options.priority);
    ++shed_;
    left_queue(*victim, now);
    fail(victim, {actor_errc::overloaded,
                  victim->kernel_name + ": it made room for a newer task: " + full.text + "; raise " +
                      full.setting + ", or let tasks be refused or wait (when_full)",
                  until_room(*victim, full)});
    return true;
  }
  return false;
}

} // namespace pinion
