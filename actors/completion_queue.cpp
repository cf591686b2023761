#include <pinion/actors/completion_queue.hpp>

#include <pinion/actors/actor_thread.hpp>

namespace pinion {

completion_queue::~completion_queue() {
  for (const auto& [number, each] : waiting_)
    each.what->forget(each.notice);
}

std::size_t completion_queue::add(promise_ptr what) {
  const auto mine = added_++;
  auto& kept = waiting_[mine];
  kept.what = std::move(what);
  kept.notice = kept.what->notify([to = news_, mine] {
    std::lock_guard lock(to->mutex);
    to->done.push_back(mine);
    to->changed.notify_all();
  });
  return mine;
}

std::optional<std::size_t> completion_queue::next(time_point until) {
  if (on_actor_thread())
    throw task_error(actor_errc::would_block,
                     "futures were waited for on an actor's thread, which would stop every actor that lives "
                     "there; use pinion::ask(self, ...).then(...) in actors");
  if (left() == 0)
    return std::nullopt;
  std::unique_lock lock(news_->mutex);
  const auto there = [&] { return !news_->done.empty(); };
  if (until == never)
    news_->changed.wait(lock, there);
  else if (!news_->changed.wait_until(lock, until, there))
    return std::nullopt;
  const auto which = news_->done.front();
  news_->done.pop_front();
  lock.unlock();
  waiting_.erase(which); // a long queue lets go of results as they are taken
  return which;
}

} // namespace pinion
