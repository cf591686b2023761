#include <pinion/runtime/socket_doorman.hpp>

#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <sys/socket.h>

namespace pinion {

namespace {

descriptor spare_descriptor() { return descriptor(::open("/dev/null", O_RDONLY | O_CLOEXEC)); }

} // namespace

socket_doorman::door::door(std::string farewell)
    : farewell_(std::move(farewell)), spare_(spare_descriptor()) {}

bool socket_doorman::door::try_accept(int& client, int listener) {
  client = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
  if (client >= 0)
    return true;
  if (errno == EMFILE || errno == ENFILE) {
    spare_ = {};
    if (const descriptor guest(::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC)); guest)
      show_out(guest.get());
    spare_ = spare_descriptor();
  }
  return false;
}

void socket_doorman::door::show_out(int client) const {
  [[maybe_unused]] const auto heard =
      ::send(client, farewell_.data(), farewell_.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
}

socket_doorman::socket_doorman(caf::io::network::default_multiplexer& loop, int listener,
                               std::string farewell)
    : caf::io::doorman(caf::io::network::accept_hdl_from_socket(listener)),
      acceptor_(loop, listener, std::move(farewell)) {}

bool socket_doorman::new_connection() {
  descriptor client(acceptor_.accepted_socket());
  return !detached() && let_in(std::move(client));
}

void socket_doorman::launch() { acceptor_.start(this); }

// The loop lets go when it has gone round, and says nothing of what it was asked and what was taken back
// within one round.
void socket_doorman::graceful_shutdown() {
  const caf::intrusive_ptr<socket_doorman> guard(this);
  acceptor_.graceful_shutdown();
  acceptor_.passivate();
  if ((acceptor_.eventbf() & caf::io::network::input_mask) == 0)
    acceptor_.removed_from_loop(caf::io::network::operation::read);
  detach(&acceptor_.backend(), false);
}

void socket_doorman::add_to_loop() { acceptor_.activate(this); }

void socket_doorman::remove_from_loop() { acceptor_.passivate(); }

} // namespace pinion
