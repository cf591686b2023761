#pragma once

#include <cstdint>

#include <sys/types.h>

namespace pinion::bench {

/// The floor of an HTTP server: another process with one thread around epoll that reads of a request what it
/// must, throws its body away and answers "pong". On the loopback. Forks: make it before there are threads.
/// Owns the process.
class epoll_server {
public:
  /// Throws std::system_error.
  epoll_server();
  epoll_server(const epoll_server&) = delete;
  epoll_server& operator=(const epoll_server&) = delete;
  ~epoll_server();

  std::uint16_t port() const noexcept { return port_; }

private:
  std::uint16_t port_ = 0;
  int end_ = -1; ///< closed, it ends
  pid_t pid_ = -1;
};

} // namespace pinion::bench
