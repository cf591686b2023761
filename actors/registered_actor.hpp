#pragma once

#include <functional>
#include <string>
#include <typeindex>

#include <caf/fwd.hpp>

#include <pinion/actors/registered_kernel.hpp>

namespace pinion {

class actor_context;

/// A behavior that node::spawn_actor can give a process of its own. Immutable once it is in a registry; owns
/// the function that it was made from.
struct registered_actor {
  /// Name, parameters and doc, as a kernel has them; what it would run is `make`.
  registered_kernel face;
  /// Makes the behavior of `self`, on its thread, in its process. Lets out what the function throws.
  std::function<caf::behavior(caf::event_based_actor* self, actor_context& here, const kernel_call& call)>
      make;
};

/// A type of the program's own in messages to such actors, as CAF 0.17.6 wants it: by name, on both sides.
struct registered_message {
  std::string name;
  std::type_index type;
  std::function<void(caf::actor_system_config& cfg)> add_to;
};

} // namespace pinion
