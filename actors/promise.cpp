#include <pinion/actors/promise.hpp>

#include <pinion/actors/actor_thread.hpp>

namespace pinion {

namespace {

void refuse_on_actor_thread() {
  if (on_actor_thread())
    throw task_error(
        actor_errc::would_block,
        "a future was waited for on an actor's thread, which would stop every actor that lives there; "
        "use pinion::ask(self, ...).then(...) in actors");
}

} // namespace

void promise::set(outcome&& what) {
  {
    std::lock_guard lock(mutex_);
    what_.emplace(std::move(what));
    // Told under the lock: the waiter may destroy this object as soon as it is let go.
    changed_.notify_all();
  }
}

bool promise::ready() const {
  std::lock_guard lock(mutex_);
  return what_.has_value();
}

const outcome& promise::wait() const {
  refuse_on_actor_thread();
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return what_.has_value(); });
  return *what_;
}

bool promise::wait_until(std::chrono::steady_clock::time_point when) const {
  refuse_on_actor_thread();
  std::unique_lock lock(mutex_);
  return changed_.wait_until(lock, when, [this] { return what_.has_value(); });
}

} // namespace pinion
