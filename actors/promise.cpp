#include <pinion/actors/promise.hpp>

#include <algorithm>
#include <mutex>

#include <pinion/actors/actor_thread.hpp>
#include <pinion/actors/emission_queue.hpp>
#include <pinion/actors/meeting_place.hpp>

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

void promise::drop_emissions() const {
  if (emitted_)
    emitted_->close();
}

void promise::set(outcome&& what) {
  std::vector<std::pair<std::uint64_t, job>> waiting;
  auto kept = std::make_unique<const outcome>(std::move(what));
  {
    auto& here = meeting_place::of(this);
    std::lock_guard lock(here.mutex);
    what_ = std::move(kept);
    waiting.swap(waiting_);
    // Told under the lock: the waiter may destroy this object as soon as it is let go.
    here.changed.notify_all();
  }
  for (auto& [number, tell] : waiting)
    tell();
}

bool promise::ready() const {
  drop_emissions();
  std::lock_guard lock(meeting_place::of(this).mutex);
  return what_ != nullptr;
}

const outcome& promise::wait() const {
  refuse_on_actor_thread();
  drop_emissions();
  auto& here = meeting_place::of(this);
  std::unique_lock lock(here.mutex);
  here.changed.wait(lock, [this] { return what_ != nullptr; });
  return *what_;
}

bool promise::wait_until(std::chrono::steady_clock::time_point when) const {
  refuse_on_actor_thread();
  drop_emissions();
  auto& here = meeting_place::of(this);
  std::unique_lock lock(here.mutex);
  return here.changed.wait_until(lock, when, [this] { return what_ != nullptr; });
}

const outcome& promise::get() const {
  std::lock_guard lock(meeting_place::of(this).mutex);
  return *what_;
}

std::uint64_t promise::notify(job what) {
  drop_emissions();
  {
    std::lock_guard lock(meeting_place::of(this).mutex);
    if (!what_) {
      waiting_.emplace_back(++last_, std::move(what));
      return last_;
    }
  }
  what();
  return 0;
}

void promise::forget(std::uint64_t number) {
  job gone; // declared first, so that it is dropped without the lock: it may hold anything
  std::lock_guard lock(meeting_place::of(this).mutex);
  const auto at =
      std::find_if(waiting_.begin(), waiting_.end(), [&](const auto& each) { return each.first == number; });
  if (at == waiting_.end())
    return;
  gone = std::move(at->second);
  waiting_.erase(at);
}

void promise::then(job what) {
  notify([by = keeper_, what = std::move(what)]() mutable {
    if (by)
      by->run(std::move(what));
    else
      what();
  });
}

void promise::cancel() const {
  if (const auto what = keeper_ ? task_.lock() : nullptr)
    keeper_->cancel(what);
}

} // namespace pinion
