#include <pinion/runtime/client_doorman.hpp>

#include <utility>

#include <pinion/runtime/client_scribe.hpp>
#include <pinion/runtime/desk_wire.hpp>
#include <pinion/runtime/rendezvous.hpp>

namespace pinion {

namespace {

std::string no_descriptor() {
  return pack_frame(desk_answer{
      0,
      {failure{
           actor_errc::overloaded,
           "the node has no descriptor left for one more client; start it with a higher limit (ulimit -n)"},
       {},
       -1},
      {}});
}

} // namespace

client_doorman::client_doorman(caf::io::network::default_multiplexer& loop, int listener)
    : socket_doorman(loop, listener, no_descriptor()) {}

bool client_doorman::let_in(descriptor client) {
  if (!same_user(client.get()))
    return true;
  auto scribe = caf::make_counted<client_scribe>(loop(), client.release());
  const auto handle = scribe->hdl();
  parent()->add_scribe(std::move(scribe));
  return doorman::new_connection(&loop(), handle);
}

} // namespace pinion
