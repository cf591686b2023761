#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace pinion::http {

/// What a server and each of its connections may cost, and how long. A plain value.
struct limits {
  /// At a time; one more is answered 503. Of those who are not let in, 256 at a time are heard out beside.
  std::size_t connections = 10'000;
  std::size_t client_connections = 1000;        ///< of one address; one more is answered 429
  std::size_t target = 8 * 1024;                ///< bytes of the request's target; more is 414
  std::size_t head = 32 * 1024;                 ///< bytes of request line and fields; more is 431
  std::size_t body = std::size_t{1} << 20U;     ///< bytes of a body that is kept in memory; more is 413
  std::size_t bodies = std::size_t{256} << 20U; ///< of all that come at a time; more is 503
  std::size_t array = SIZE_MAX;                 ///< bytes of an array that comes as a .npy; more is 413
  std::size_t names = 1000;                     ///< of arrays that clients put; one more is 507
  std::size_t unread = 256 * 1024; ///< bytes of answers that a client has not read; more are not begun
  /// Bytes of answers that clients have not read, of all at a time. When a piece is said to one that is
  /// behind by `unread`, and there is no room for it, who is behind most is gone.
  std::size_t backlog = std::size_t{256} << 20U;
  /// From the first byte of a request, or from when it is read where it came ahead, or from the beginning of
  /// the connection, to the end of the head; then 408.
  std::chrono::milliseconds head_time{10'000};
  /// For a body, beside a second for each `body_rate` bytes of it, and for a pause in it; then 408.
  std::chrono::milliseconds body_time{10'000};
  std::size_t body_rate = 1024;
  std::size_t array_rate = 16 * 1024; ///< the same for an array
  /// For the client to take some more of its answer; then the connection is closed.
  std::chrono::milliseconds write_time{30'000};
  /// For it to take some more of an answer that is said in pieces and that it is behind with.
  std::chrono::milliseconds stall_time{10'000};
  /// Without a request a connection is closed.
  std::chrono::milliseconds idle_time{60'000};
  /// For the client to read an answer after which the connection is closed, since it sent something last; and
  /// since the answer, whatever it sends.
  std::chrono::milliseconds linger_time{2'000};
  std::chrono::milliseconds longest_linger{30'000};
  /// For what is at hand when the server ends.
  std::chrono::milliseconds leave_time{10'000};
};

/// Throws runtime_errc::bad_config for those with which nobody could be served.
void check(const limits& what);

} // namespace pinion::http
