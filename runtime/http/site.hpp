#pragma once

#include <memory>
#include <string>

#include <pinion/actors/caf.hpp>
#include <pinion/runtime/http/gate.hpp>
#include <pinion/runtime/http/limits.hpp>
#include <pinion/runtime/http/meter_library.hpp>
#include <pinion/runtime/http/named_arrays.hpp>
#include <pinion/runtime/http/porter.hpp>
#include <pinion/runtime/http/router.hpp>
#include <pinion/runtime/http/traffic.hpp>
#include <pinion/shm/array_pool.hpp>

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
  std::shared_ptr<array_pool> arrays; ///< for bodies
  std::shared_ptr<porter> hauls = std::make_shared<porter>();
  std::shared_ptr<traffic> counts = std::make_shared<traffic>();
  std::shared_ptr<named_arrays> names;
  std::shared_ptr<gate> answers = std::make_shared<gate>(); ///< of those who answer from elsewhere
  std::string no_figures;                                   ///< why there are none
  std::shared_ptr<meter> figures = make_meter(no_figures);
};

} // namespace pinion::http
