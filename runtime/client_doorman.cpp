#include <pinion/runtime/client_doorman.hpp>

#include <cerrno>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <pinion/runtime/client_scribe.hpp>
#include <pinion/runtime/desk_wire.hpp>
#include <pinion/runtime/rendezvous.hpp>

namespace pinion {

namespace {

descriptor spare_descriptor() { return descriptor(::open("/dev/null", O_RDONLY | O_CLOEXEC)); }

void show_out(int client) {
  const auto why = pack_frame(desk_answer{
      0,
      {failure{
           actor_errc::overloaded,
           "the node has no descriptor left for one more client; start it with a higher limit (ulimit -n)"},
       {},
       -1},
      {}});
  [[maybe_unused]] const auto heard = ::send(client, why.data(), why.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
}

} // namespace

client_doorman::door::door() : spare_(spare_descriptor()) {}

bool client_doorman::door::try_accept(int& client, int listener) {
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

client_doorman::client_doorman(caf::io::network::default_multiplexer& loop, int listener)
    : caf::io::doorman(caf::io::network::accept_hdl_from_socket(listener)), acceptor_(loop, listener) {}

bool client_doorman::new_connection() {
  if (detached())
    return false;
  auto& loop = acceptor_.backend();
  const auto fd = acceptor_.accepted_socket();
  if (!same_user(fd)) {
    ::close(fd);
    return true;
  }
  auto client = caf::make_counted<client_scribe>(loop, fd);
  const auto handle = client->hdl();
  parent()->add_scribe(std::move(client));
  return doorman::new_connection(&loop, handle);
}

void client_doorman::launch() { acceptor_.start(this); }

void client_doorman::graceful_shutdown() {
  acceptor_.graceful_shutdown();
  detach(&acceptor_.backend(), false);
}

void client_doorman::add_to_loop() { acceptor_.activate(this); }

void client_doorman::remove_from_loop() { acceptor_.passivate(); }

} // namespace pinion
