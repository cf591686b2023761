#pragma once

#include <pinion/runtime/link_scribe.hpp>

namespace pinion {

/// The node's end of a client's connection. When the front desk closes it, it is gone: what the client has
/// not read by then is dropped, and a client that never hangs up itself keeps neither descriptor nor memory
/// of the node.
class client_scribe final : public link_scribe {
public:
  using link_scribe::link_scribe;
  void graceful_shutdown() override;
};

} // namespace pinion
