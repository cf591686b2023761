#include "http_socket.hpp"

#include <cerrno>
#include <system_error>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

namespace pinion::bench {

int connect_to(std::uint16_t port) {
  const int result = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  where.sin_port = htons(port);
  if (result < 0 || ::connect(result, reinterpret_cast<const sockaddr*>(&where), sizeof where) != 0) {
    const std::system_error why(errno, std::generic_category(), "nobody at port " + std::to_string(port));
    ::close(result);
    throw why;
  }
  const int yes = 1;
  ::setsockopt(result, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  return result;
}

std::string ping_request(std::uint16_t port) {
  return "GET /ping HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(port) + "\r\n\r\n";
}

bool is_pong(std::string_view answer) {
  return answer.starts_with("HTTP/1.1 200 ") && answer.ends_with("\r\n\r\npong\n");
}

} // namespace pinion::bench
