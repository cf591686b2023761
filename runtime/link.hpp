#pragma once

#include <cstdint>

#include <pinion/actors/caf.hpp>

namespace pinion {

/// The network between a node and a worker: CAF's BASP over the two ends of a socketpair(2). No port, no
/// file, and nobody else can connect.

/// An end of a link for CAF's network broker; takes the descriptor over, from any thread.
caf::io::scribe_ptr make_link(caf::actor_system& system, int fd);

/// The node's side: lets who sits at the other end find `whom`. `port` names the link within the process,
/// where CAF wants a number; one a slot. Any thread.
void serve_link(caf::actor_system& system, int fd, std::uint16_t port, const caf::actor& whom);

} // namespace pinion
