#include <utility>

#include <pinion/runtime/scenario/thread_pool.hpp>

namespace pinion::scenario {

thread_pool::thread_pool(std::size_t threads) {
  threads_.reserve(threads);
  try {
    for (std::size_t i = 0; i < threads; ++i)
      threads_.emplace_back([this] { work(); });
  } catch (...) { // the machine has no thread left: those that run must not be torn down unjoined
    stop();
    throw;
  }
}

thread_pool::~thread_pool() { stop(); }

void thread_pool::run(job what) {
  {
    const std::lock_guard lock(mutex_);
    if (is_stopped_)
      return;
    jobs_.push_back(std::move(what));
  }
  changed_.notify_one();
}

void thread_pool::stop() {
  std::deque<job> dropped;
  {
    const std::lock_guard lock(mutex_);
    is_stopped_ = true;
    dropped.swap(jobs_);
  }
  changed_.notify_all();
  dropped.clear(); // without the lock: a job may own anything
  for (auto& thread : threads_) {
    if (thread.joinable())
      thread.join();
  }
}

void thread_pool::work() {
  for (;;) {
    job next;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return is_stopped_ || !jobs_.empty(); });
      if (is_stopped_)
        return;
      next = std::move(jobs_.front());
      jobs_.pop_front();
    }
    next();
  }
}

} // namespace pinion::scenario
