#pragma once

#include <cstdint>
#include <string>

#include <pinion/runtime/link_scribe.hpp>
#include <pinion/shm/descriptor.hpp>

#include <caf/io/network/acceptor_impl.hpp>

namespace pinion {

/// Lets clients in through a listening Unix socket, if they run as the same user; others are closed on the
/// spot. On the I/O thread; takes the socket over.
///
/// Where no descriptor is left for one more client, it is let in with one that was kept for that, and shown
/// out again: CAF's own doorman leaves it waiting, and as epoll goes on to tell of it, the I/O thread never
/// sleeps again.
class client_doorman final : public caf::io::doorman {
public:
  client_doorman(caf::io::network::default_multiplexer& loop, int listener);

  bool new_connection() override;
  void launch() override;
  void graceful_shutdown() override;
  void add_to_loop() override;
  void remove_from_loop() override;
  // CAF's own answers abort on sockets that have no port.
  std::string addr() const override { return "unix"; }
  std::uint16_t port() const override { return 0; }

private:
  // What CAF's acceptor asks for the next client.
  class door {
  public:
    door();
    bool try_accept(int& client, int listener);

  private:
    descriptor spare_;
  };

  caf::io::network::acceptor_impl<door> acceptor_;
};

} // namespace pinion
