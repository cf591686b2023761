#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace pinion::http {

/// How many bytes of an answer in pieces are on their way. Shared by those who say it and its connection; any
/// thread may call any member.
class flow {
public:
  /// More, by who says a piece; more or less, by the connection.
  void add(std::int64_t bytes) noexcept { unsent_ += bytes; }
  /// By the connection: nobody takes any more.
  void end() noexcept { over_ = true; }

  bool over() const noexcept { return over_; }
  /// Said, and not yet the client's; 0 behind the end.
  std::size_t unsent() const noexcept {
    return over_ ? 0 : static_cast<std::size_t>(std::max<std::int64_t>(0, unsent_));
  }

private:
  std::atomic<std::int64_t> unsent_{0}; ///< written by those who say pieces, and on the I/O thread
  std::atomic<bool> over_{false};       ///< written on the I/O thread
};

} // namespace pinion::http
