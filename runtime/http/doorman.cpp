#include <pinion/runtime/http/doorman.hpp>

#include <utility>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <pinion/runtime/http/response_writer.hpp>

namespace pinion::http {

namespace {

constexpr int quiet_seconds = 60;
constexpr int probe_seconds = 10; // nine of them (tcp_keepalive_probes)

} // namespace

doorman::doorman(caf::io::network::default_multiplexer& loop, int listener,
                 std::function<void(descriptor)> let_in)
    : socket_doorman(loop, listener,
                     turned_away(503, "the server has no descriptor left for one more client; start it with "
                                      "a higher limit (ulimit -n)")),
      let_in_(std::move(let_in)) {}

bool doorman::let_in(descriptor client) {
  const int on = 1;
  ::setsockopt(client.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  // Also while it waits for an answer a client is to be missed that went without a word (tcp(7)).
  ::setsockopt(client.get(), SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
  ::setsockopt(client.get(), IPPROTO_TCP, TCP_KEEPIDLE, &quiet_seconds, sizeof quiet_seconds);
  ::setsockopt(client.get(), IPPROTO_TCP, TCP_KEEPINTVL, &probe_seconds, sizeof probe_seconds);
  let_in_(std::move(client));
  return true;
}

std::string turned_away(unsigned status, std::string_view why) {
  std::string words;
  write(problem(status, why, std::chrono::seconds{1}), {true, false, false, false}, words);
  return words;
}

} // namespace pinion::http
