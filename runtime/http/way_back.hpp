#pragma once

#include <cstdint>
#include <memory>

#include <pinion/actors/caf.hpp>
#include <pinion/runtime/http/flow.hpp>
#include <pinion/runtime/http/gate.hpp>

namespace pinion::http {

/// Where the answer to a request goes.
struct way_back {
  caf::weak_actor_ptr connection; ///< its server holds it
  std::uint64_t number = 0;       ///< of the request, among those of the connection
  std::shared_ptr<gate> answers; ///< outside of it nothing of the actor system may be touched: it may be gone
  std::shared_ptr<flow> progress; ///< of an answer in pieces
};

} // namespace pinion::http
