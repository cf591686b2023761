#include <pinion/runtime/http/doorman.hpp>

#include <utility>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <pinion/runtime/http/response_writer.hpp>

namespace pinion::http {

doorman::doorman(caf::io::network::default_multiplexer& loop, int listener,
                 std::function<void(descriptor)> let_in)
    : socket_doorman(loop, listener,
                     turned_away(503, "the server has no descriptor left for one more client; start it with "
                                      "a higher limit (ulimit -n)")),
      let_in_(std::move(let_in)) {}

bool doorman::let_in(descriptor client) {
  const int on = 1;
  ::setsockopt(client.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  let_in_(std::move(client));
  return true;
}

std::string turned_away(unsigned status, std::string_view why) {
  std::string words;
  write(problem(status, why, std::chrono::seconds{1}), {true, false, false, false}, words);
  return words;
}

} // namespace pinion::http
