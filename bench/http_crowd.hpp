#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <pinion/actors/clock.hpp>

namespace pinion::bench {

/// Clients that ask a server on the loopback for /ping, each on a connection of its own, and again as soon as
/// it has its answer. All of them are one thread, which does as little as it can beside. One thread at a
/// time.
class http_crowd {
public:
  /// Throws std::system_error when there is nobody.
  http_crowd(std::uint16_t port, int clients);
  http_crowd(const http_crowd&) = delete;
  http_crowd& operator=(const http_crowd&) = delete;
  ~http_crowd();

  /// Seconds a request. Throws std::runtime_error when one is not answered with pong, or none is for 30 s.
  double seconds_a_ping(std::chrono::nanoseconds time);

private:
  struct client {
    int fd = -1;
    std::string part; ///< of an answer that comes in pieces
  };

  void ask(const client& who);
  bool answered(client& who);

  std::string request_;
  std::vector<client> clients_;
  int epoll_ = -1;
};

} // namespace pinion::bench
