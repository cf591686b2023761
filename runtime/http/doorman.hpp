#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include <pinion/shm/descriptor.hpp>

#include <pinion/actors/caf.hpp>

#include <caf/io/network/acceptor_impl.hpp>
#include <caf/io/network/default_multiplexer.hpp>

namespace pinion::http {

/// Lets clients in through a listening TCP socket, each by a call of `let_in` with its descriptor, which
/// takes it over. On the I/O thread. Where no descriptor is left for one more client, it is let in with one
/// that was kept for that, told so (503), and shown out.
class doorman final : public caf::io::doorman {
public:
  doorman(caf::io::network::default_multiplexer& loop, int listener, std::function<void(descriptor)> let_in);

  bool new_connection() override;
  void launch() override;
  void graceful_shutdown() override;
  void add_to_loop() override;
  void remove_from_loop() override;
  std::string addr() const override { return "tcp"; }
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
  std::function<void(descriptor)> let_in_;
};

} // namespace pinion::http
