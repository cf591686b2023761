#pragma once

#include <pinion/actors/caf.hpp>

namespace pinion::test {

/// Spawns a function with an argument that it ignores: without one, CAF 0.17.6 binds a reference to null
/// (detail/init_fun_factory.hpp), which the sanitizer takes for ours.
template <class F>
void spawn_in(caf::actor_system& system, F body) {
  system.spawn([body](caf::event_based_actor* self, int) { body(self); }, 0);
}

} // namespace pinion::test
