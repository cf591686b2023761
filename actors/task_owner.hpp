#pragma once

#include <type_traits>

#include <pinion/actors/caf.hpp>
#include <pinion/actors/task.hpp>

namespace pinion {

/// An actor that wants to know which of its tasks are under way, as it withdraws them when nobody waits for
/// it any more: ask() tells it. Called on the actor's own thread.
struct task_owner {
  virtual ~task_owner() = default;
  virtual void began(const caf::actor& dispatcher, const task_ptr& what) = 0;
  virtual void ended(const task_ptr& what) = 0;
};

/// None for all others.
template <class Self>
task_owner* owner_in(Self* self) noexcept {
  if constexpr (std::is_polymorphic_v<Self>)
    return dynamic_cast<task_owner*>(self);
  else
    return nullptr;
}

} // namespace pinion
