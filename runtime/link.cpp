#include <pinion/runtime/link.hpp>

#include <set>
#include <string>

#include <caf/io/basp_broker.hpp>

#include <pinion/runtime/link_scribe.hpp>

namespace pinion {

caf::io::scribe_ptr make_link(caf::actor_system& system, int fd) {
  auto& loop = dynamic_cast<caf::io::network::default_multiplexer&>(system.middleman().backend());
  return caf::make_counted<link_scribe>(loop, fd);
}

void serve_link(caf::actor_system& system, int fd, std::uint16_t port, const caf::actor& whom) {
  auto basp = system.middleman().named_broker<caf::io::basp_broker>(caf::atom("BASP"));
  caf::anon_send(basp, caf::publish_atom_v, make_link(system, fd), port,
                 caf::actor_cast<caf::strong_actor_ptr>(whom), std::set<std::string>{});
}

} // namespace pinion
