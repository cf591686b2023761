#pragma once

#include <cstdint>
#include <string>

#include <pinion/actors/caf.hpp>
#include <pinion/shm/descriptor.hpp>

#include <caf/io/network/default_multiplexer.hpp>

#include <caf/io/network/acceptor_impl.hpp>

namespace pinion {

/// Lets clients in through a listening socket, which it takes over. On the I/O thread.
///
/// Where no descriptor is left for one more client, it is let in with one that was kept for that, told so,
/// and shown out again: CAF's own doorman leaves it waiting, and as epoll goes on to tell of it, the I/O
/// thread never sleeps again.
class socket_doorman : public caf::io::doorman {
public:
  /// `farewell`: what who is shown out is told.
  socket_doorman(caf::io::network::default_multiplexer& loop, int listener, std::string farewell);

  bool new_connection() final;
  void launch() override;
  void graceful_shutdown() override;
  void add_to_loop() override;
  void remove_from_loop() override;
  // CAF's own answers abort on sockets that have no port.
  std::string addr() const override { return "socket"; }
  std::uint16_t port() const override { return 0; }

protected:
  /// Takes a client's socket over, or closes it. False: lets nobody in any more.
  virtual bool let_in(descriptor client) = 0;
  caf::io::network::default_multiplexer& loop() noexcept { return acceptor_.backend(); }

private:
  // What CAF's acceptor asks for the next client.
  class door {
  public:
    explicit door(std::string farewell);
    bool try_accept(int& client, int listener);

  private:
    void show_out(int client) const;

    std::string farewell_;
    descriptor spare_;
  };

  caf::io::network::acceptor_impl<door> acceptor_;
};

} // namespace pinion
