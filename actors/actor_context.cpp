#include <pinion/actors/actor_context.hpp>

#include <pinion/actors/error.hpp>

namespace pinion {

const committed_arrays& actor_context::arrays() const {
  if (!state_)
    throw task_error(actor_errc::bad_arguments,
                     "the actor `" + name_ + "` was given no state; say so in actor_options::state");
  return *state_;
}

} // namespace pinion
