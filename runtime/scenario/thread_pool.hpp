#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace pinion::scenario {

/// Some threads that run what they are given, in the order of giving. Any thread may call run(); stop() and
/// the destructor belong to the owner, and are never called by one of the pool's own threads.
class thread_pool {
public:
  using job = std::function<void()>;

  explicit thread_pool(std::size_t threads);
  ~thread_pool();
  thread_pool(const thread_pool&) = delete;
  thread_pool& operator=(const thread_pool&) = delete;

  /// Dropped after stop(). A job must not throw.
  void run(job what);

  /// Drops what has not begun and waits for what has.
  void stop();

private:
  void work();

  std::mutex mutex_;
  std::condition_variable changed_;
  // Guarded by mutex_.
  std::deque<job> jobs_;
  bool is_stopped_ = false;
  // The owner's alone.
  std::vector<std::thread> threads_;
};

} // namespace pinion::scenario
