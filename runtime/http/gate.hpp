#pragma once

#include <mutex>
#include <shared_mutex>
#include <utility>

namespace pinion::http {

/// Keeps those out who come to a server when it has gone: whoever holds a part of it asks here first. Any
/// thread may call any member.
class gate {
public:
  /// Runs `what` unless the gate is closed, which waits for it meanwhile; false: it is. Not from within
  /// itself.
  template <class F>
  bool pass(F&& what) {
    const std::shared_lock in_time(mutex_);
    if (open_)
      std::forward<F>(what)();
    return open_;
  }
  /// For good.
  void close() {
    const std::unique_lock last(mutex_);
    open_ = false;
  }

private:
  std::shared_mutex mutex_;
  bool open_ = true; ///< guarded by mutex_
};

} // namespace pinion::http
