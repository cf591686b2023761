#pragma once

#include <chrono>
#include <cstdint>
#include <set>
#include <string>
#include <utility>

#include <caf/io/basp_broker.hpp>

#include <pinion/actors/caf.hpp>

namespace pinion {

/// In the process at the other end of a node's link: gives CAF's network broker the link, monitors who serves
/// it in the node, and says hello. `on_peer(caf::actor)` is called with that one first, on the caller's own
/// thread; a caller who finds nobody quits.
template <class Broker, class OnPeer>
void join_link(Broker* self, caf::io::scribe_ptr link, const hello& greeting, OnPeer on_peer) {
  // The node answers a handshake at once, or it is not there any more.
  constexpr auto handshake_time = std::chrono::seconds{10};
  auto basp = self->system().middleman().template named_broker<caf::io::basp_broker>(caf::atom("BASP"));
  self->request(basp, handshake_time, caf::connect_atom_v, std::move(link), std::uint16_t{0})
      .then(
          [=](const caf::node_id&, const caf::strong_actor_ptr& whom, const std::set<std::string>&) mutable {
            if (!whom)
              return self->quit();
            const auto peer = caf::actor_cast<caf::actor>(whom);
            on_peer(peer);
            self->monitor(peer);
            self->send(peer, greeting);
          },
          [self](const caf::error&) { self->quit(); });
}

} // namespace pinion
