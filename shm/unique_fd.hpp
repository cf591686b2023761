#pragma once

#include <utility>

#include <unistd.h>

namespace pinion {

/// Owns one file descriptor; closes it. False when it holds none (a number below 0).
class unique_fd {
public:
  unique_fd() = default;
  explicit unique_fd(int descriptor) noexcept : descriptor_(descriptor) {}
  unique_fd(unique_fd&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  unique_fd& operator=(unique_fd&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  ~unique_fd() { static_cast<void>(close()); }

  explicit operator bool() const noexcept { return descriptor_ >= 0; }
  int get() const noexcept { return descriptor_; }

  /// The result of close(2): a file system may report a failed write only now. 0 when there was nothing to
  /// close.
  int close() noexcept {
    auto descriptor = std::exchange(descriptor_, -1);
    return descriptor < 0 ? 0 : ::close(descriptor);
  }

private:
  int descriptor_ = -1;
};

} // namespace pinion
