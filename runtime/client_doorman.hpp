#pragma once

#include <pinion/runtime/socket_doorman.hpp>

namespace pinion {

/// Lets clients in through a listening Unix socket, if they run as the same user; others are closed on the
/// spot.
class client_doorman final : public socket_doorman {
public:
  client_doorman(caf::io::network::default_multiplexer& loop, int listener);

private:
  bool let_in(descriptor client) override;
};

} // namespace pinion
