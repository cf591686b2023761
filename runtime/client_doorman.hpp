#pragma once

#include <cstdint>
#include <string>

#include <pinion/runtime/link_scribe.hpp>

#include <caf/io/network/doorman_impl.hpp>

namespace pinion {

/// Lets clients in through a listening Unix socket, if they run as the same user; others are closed on the
/// spot. On the I/O thread; takes the socket over.
class client_doorman final : public caf::io::network::doorman_impl {
public:
  client_doorman(caf::io::network::default_multiplexer& loop, int listener)
      : caf::io::network::doorman_impl(loop, listener) {}

  bool new_connection() override;
  // CAF's own answers abort on sockets that have no port.
  std::string addr() const override { return "unix"; }
  std::uint16_t port() const override { return 0; }
};

} // namespace pinion
