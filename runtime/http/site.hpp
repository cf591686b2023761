#pragma once

#include <string>

#include <pinion/actors/caf.hpp>
#include <pinion/runtime/http/limits.hpp>
#include <pinion/runtime/http/router.hpp>

namespace pinion::http {

/// What all connections of a server have in common. Not changed once the server listens.
struct site {
  router routes;
  http::limits limits;
  std::string token; ///< that requests must bear (RFC 6750); empty: none
  /// Requests must name this machine as their host: a page in a browser here, whose name its owner lets point
  /// here, is not let in.
  bool local = false;
  caf::actor dispatcher;
};

} // namespace pinion::http
