#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include <pinion/actors/clock.hpp>

#include "figure.hpp"

namespace pinion::bench {

/// A client that asks a server on the loopback for /ping, on one connection. One thread at a time.
class http_probe {
public:
  /// Throws std::system_error when there is nobody.
  explicit http_probe(std::uint16_t port);
  http_probe(const http_probe&) = delete;
  http_probe& operator=(const http_probe&) = delete;
  ~http_probe();

  /// Once, until "pong" is here. Throws std::runtime_error on any other answer, or on none in 30 s.
  void ping();
  /// At planned times, `every` apart. The time of each counts from when it was planned: where an answer is
  /// late, those planned meanwhile follow at once, and are late as well.
  samples pings(std::chrono::nanoseconds every, std::size_t count);

private:
  int fd_ = -1;
  std::string request_;
};

} // namespace pinion::bench
