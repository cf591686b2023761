#include <pinion/runtime/background.hpp>

#include <system_error>
#include <utility>

#include <pinion/shm/thread_signals.hpp>

namespace pinion {

background::~background() { finish(); }

void background::finish() {
  {
    std::lock_guard lock(mutex_);
    ending_ = true;
    over_ = over_ || !thread_.joinable();
  }
  news_.notify_one();
  if (thread_.joinable())
    thread_.join();
}

void background::run(std::function<void()> job) {
  {
    std::unique_lock lock(mutex_);
    if (over_) {
      lock.unlock();
      return job();
    }
    if (!thread_.joinable()) {
      try {
        thread_ = std::thread([this] { work(); });
      } catch (const std::system_error&) { // no more threads
        lock.unlock();
        return job();
      }
    }
    jobs_.push_back(std::move(job));
  }
  news_.notify_one();
}

void background::work() {
  leave_signals_to_others();
  for (;;) {
    std::function<void()> next;
    {
      std::unique_lock lock(mutex_);
      news_.wait(lock, [this] { return ending_ || !jobs_.empty(); });
      if (jobs_.empty()) {
        over_ = true;
        return;
      }
      next = std::move(jobs_.front());
      jobs_.pop_front();
    }
    next();
  }
}

} // namespace pinion
