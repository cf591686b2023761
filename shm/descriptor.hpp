#pragma once

#include <utility>

#include <unistd.h>

namespace pinion {

/// Owns a file descriptor and closes it; false when it holds none. Moves only; one thread at a time.
class descriptor {
public:
  descriptor() = default;
  explicit descriptor(int fd) noexcept : fd_(fd) {}
  descriptor(descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  descriptor& operator=(descriptor&& other) noexcept {
    if (this != &other) {
      reset();
      fd_ = std::exchange(other.fd_, -1);
    }
    return *this;
  }
  ~descriptor() { reset(); }

  int get() const noexcept { return fd_; }
  explicit operator bool() const noexcept { return fd_ >= 0; }
  /// Gives it up to the caller.
  int release() noexcept { return std::exchange(fd_, -1); }
  void reset() noexcept { static_cast<void>(close()); }
  /// The result of close(2): a file system may report a failed write only now. 0 when there was nothing to
  /// close.
  int close() noexcept {
    const auto fd = std::exchange(fd_, -1);
    return fd < 0 ? 0 : ::close(fd);
  }

private:
  int fd_ = -1;
};

} // namespace pinion
