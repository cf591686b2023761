#include <pinion/actors/emission_queue.hpp>

#include <utility>

#include <pinion/actors/actor_thread.hpp>
#include <pinion/actors/error.hpp>
#include <pinion/shm/control_page.hpp>

namespace pinion {

// The worker that they came from hears that they are out of its way.
void emission_queue::count() {
  if (from_)
    count_taken(*from_, std::exchange(uncounted_, 0));
}

void emission_queue::push(emission what, std::shared_ptr<control_page> from) {
  std::function<void()> tell;
  {
    std::lock_guard lock(mutex_);
    if (closed_)
      return count_taken(*from, 1);
    if (from_ != from)
      count(); // the task runs again, in another process
    from_ = std::move(from);
    ++uncounted_;
    waiting_.push_back(std::move(what));
    tell.swap(tell_);
    changed_.notify_all();
  }
  if (tell)
    tell();
}

void emission_queue::close() {
  std::function<void()> tell;
  {
    std::lock_guard lock(mutex_);
    closed_ = true;
    count();
    tell.swap(tell_);
    changed_.notify_all();
  }
  if (tell)
    tell();
}

std::vector<emission> emission_queue::take(bool& over) {
  std::lock_guard lock(mutex_);
  over = closed_;
  count();
  return std::exchange(waiting_, {});
}

void emission_queue::notify(std::function<void()> tell) {
  {
    std::lock_guard lock(mutex_);
    if (waiting_.empty() && !closed_) {
      tell_ = std::move(tell);
      return;
    }
  }
  tell();
}

void emission_queue::wait() {
  if (on_actor_thread())
    throw task_error(actor_errc::would_block, "partial results were waited for on an actor's thread; use "
                                              "pinion::ask(self, ...).each(...).then(...) in actors");
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return closed_ || !waiting_.empty(); });
}

void count_taken(control_page& of, std::uint64_t number) {
  of.block().taken.fetch_add(number, std::memory_order_relaxed);
}

} // namespace pinion
