#include "http_probe.hpp"

#include <array>
#include <cerrno>
#include <stdexcept>
#include <thread>

#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "http_socket.hpp"
#include "timing.hpp"

namespace pinion::bench {

namespace {

constexpr timeval longest_wait{30, 0};

} // namespace

http_probe::http_probe(std::uint16_t port) : fd_(connect_to(port)), request_(ping_request(port)) {
  ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &longest_wait, sizeof longest_wait);
}

http_probe::~http_probe() { ::close(fd_); }

void http_probe::ping() {
  if (::send(fd_, request_.data(), request_.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(request_.size()))
    throw std::runtime_error("/ping: the server is gone");
  std::array<char, 4096> buffer;
  for (std::size_t size = 0; size < buffer.size();) {
    const auto got = ::recv(fd_, buffer.data() + size, buffer.size() - size, 0);
    if (got < 0 && errno == EINTR)
      continue;
    if (got <= 0)
      break;
    size += static_cast<std::size_t>(got);
    if (is_pong({buffer.data(), size}))
      return;
  }
  throw std::runtime_error("/ping was not answered with pong");
}

samples http_probe::pings(std::chrono::nanoseconds every, std::size_t count) {
  samples result;
  auto planned = steady_clock::now();
  for (std::size_t i = 0; i < count; ++i, planned += every) {
    std::this_thread::sleep_until(planned);
    ping();
    result.add(seconds_since(planned));
  }
  return result;
}

} // namespace pinion::bench
