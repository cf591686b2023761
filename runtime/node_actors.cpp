// The node's actors that have processes of their own.
#include <pinion/runtime/node_parts.hpp>

#include <utility>

#include <pinion/actors/registered_actor.hpp>
#include <pinion/actors/wire.hpp>

namespace pinion {

hosted_actor node::start_actor(std::string_view behavior, const actor_options& how,
                               std::span<const argument_view> arguments,
                               std::vector<std::shared_ptr<const void>> holds) {
  begin_actor begin;
  begin.behavior = parts_->kernels->resolve_actor(behavior, arguments).face.name;
  begin.arguments = pack_arguments(arguments);
  std::optional<committed_arrays> state;
  begin.state = pack_arguments(std::span<const argument>{});
  if (how.make_state) {
    state = how.make_state(arrays());
    begin.state = pack_values(array_ref(state->copies.ref()), array_ref(state->version.ref()));
    arrays().label(state->copies, "state of actor " + (how.name.empty() ? begin.behavior : how.name));
  }
  return hosted_actor(
      parts_->actors->start(*parts_->system, how, std::move(begin), std::move(state), std::move(holds)));
}

std::vector<actor_status> node::actors() const { return parts_->actors->status(); }

} // namespace pinion
