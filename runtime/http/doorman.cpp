#include <pinion/runtime/http/doorman.hpp>

#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <pinion/runtime/http/response_writer.hpp>

namespace pinion::http {

namespace {

descriptor spare_descriptor() { return descriptor(::open("/dev/null", O_RDONLY | O_CLOEXEC)); }

void show_out(int client) {
  std::string words;
  write(problem(
            503,
            "the server has no descriptor left for one more client; start it with a higher limit (ulimit -n)",
            std::chrono::seconds{1}),
        {true, false, false, false}, words);
  [[maybe_unused]] const auto heard = ::send(client, words.data(), words.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
}

} // namespace

doorman::door::door() : spare_(spare_descriptor()) {}

bool doorman::door::try_accept(int& client, int listener) {
  client = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
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

doorman::doorman(caf::io::network::default_multiplexer& loop, int listener,
                 std::function<void(descriptor)> let_in)
    : caf::io::doorman(caf::io::network::accept_hdl_from_socket(listener)), acceptor_(loop, listener),
      let_in_(std::move(let_in)) {}

bool doorman::new_connection() {
  descriptor client(acceptor_.accepted_socket());
  if (detached())
    return false;
  const int on = 1;
  ::setsockopt(client.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  let_in_(std::move(client));
  return true;
}

void doorman::launch() { acceptor_.start(this); }

void doorman::graceful_shutdown() {
  acceptor_.graceful_shutdown();
  detach(&acceptor_.backend(), false);
}

void doorman::add_to_loop() { acceptor_.activate(this); }

void doorman::remove_from_loop() { acceptor_.passivate(); }

} // namespace pinion::http
