#pragma once

#include <atomic>
#include <mutex>
#include <shared_mutex>
#include <utility>

namespace pinion::http {

/// Keeps those out who come to a server when it has gone: whoever holds a part of it asks here first. Any
/// thread may call any member.
class gate {
public:
  /// Runs `what` unless the gate is closed, which waits for it meanwhile; false: it is. Not from within
  /// itself, but for what dies there and says its last: glibc lets readers go before who closes it.
  template <class F>
  bool pass(F&& what) {
    if (closed_) // who closes it would wait for as long as others come, else: readers go first
      return false;
    const std::shared_lock in_time(mutex_);
    if (closed_)
      return false;
    std::forward<F>(what)();
    return true;
  }
  /// For good.
  void close() {
    closed_ = true;
    const std::unique_lock last(mutex_);
  }

private:
  std::shared_mutex mutex_;
  std::atomic<bool> closed_{false}; ///< written by who closes it
};

} // namespace pinion::http
