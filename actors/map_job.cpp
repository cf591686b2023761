#include <pinion/actors/map_job.hpp>

#include <utility>
#include <vector>

#include <pinion/actors/actor_thread.hpp>

namespace pinion {

namespace {

void refuse_on_actor_thread() {
  if (on_actor_thread())
    throw task_error(actor_errc::would_block,
                     "the results of a map were waited for on an actor's thread, which would stop every "
                     "actor that lives there; wait on a thread of your own");
}

} // namespace

map_job::map_job(plan how) : plan_(std::move(how)), sizes_(plan_.items, plan_.workers, plan_.chunk) {}

void map_job::start() { feed(); }

// One thread at a time makes tasks: one that ends at once, as all do when the node stops, leaves it to the
// loop that sent it.
void map_job::feed() {
  std::unique_lock lock(mutex_);
  if (std::exchange(feeding_, true))
    return;
  while (!stopped_ && sizes_.left() > 0 && under_way_.size() < plan_.under_way) {
    // Until the cost of an item is known, one for each worker is enough to learn it.
    if (plan_.chunk == 0 && !sizes_.knows_cost() && under_way_.size() >= plan_.workers)
      break;
    const auto first = sizes_.taken();
    const auto count = sizes_.next();
    under_way_.emplace(first, running{first, count, {}});
    lock.unlock();
    task_ptr what;
    try {
      what = plan_.make(first, count);
    } catch (const std::exception& why) {
      lock.lock();
      outcome failed;
      failed.result = failure{actor_errc::internal, std::string("no task could be made: ") + why.what()};
      note(first, count, std::move(failed));
      continue;
    }
    what->on_done = [me = shared_from_this(), first, count](outcome&& result) {
      me->take(first, count, std::move(result));
    };
    {
      std::lock_guard again(mutex_);
      if (const auto at = under_way_.find(first); at != under_way_.end())
        at->second.what = what;
    }
    plan_.submit(std::move(what));
    lock.lock();
  }
  feeding_ = false;
}

void map_job::take(std::int64_t first, std::int64_t count, outcome&& what) {
  {
    std::lock_guard lock(mutex_);
    note(first, count, std::move(what));
  }
  feed();
}

// With the mutex held.
void map_job::note(std::int64_t first, std::int64_t count, outcome&& what) {
  under_way_.erase(first);
  if (what.ok() && what.stamps.finished > what.stamps.started)
    sizes_.learn(count, static_cast<double>(what.stamps.finished - what.stamps.started));
  const auto& kept = done_.emplace(first, piece{first, count, std::move(what)}).first->second;
  order_.push_back(&kept);
  if (!kept.what.ok()) {
    // A node that is going takes no more, whatever was wanted.
    const auto code = std::get<failure>(kept.what.result).code;
    if (plan_.stop_on_failure || code == actor_errc::node_stopping)
      stop_rest(kept.what);
  }
  changed_.notify_all();
}

// With the mutex held: all that was not begun ends as one piece.
void map_job::stop_rest(const outcome& why) {
  if (std::exchange(stopped_, true))
    return;
  const auto first = sizes_.taken();
  const auto count = plan_.items - first;
  while (sizes_.next() > 0)
    ;
  if (count == 0)
    return;
  const auto& reason = std::get<failure>(why.result);
  outcome rest;
  rest.result = failure{reason.code == actor_errc::node_stopping ? reason.code : actor_errc::cancelled,
                        "not begun: " + reason.text};
  order_.push_back(&done_.emplace(first, piece{first, count, std::move(rest)}).first->second);
}

const map_job::piece& map_job::wait_for(std::int64_t item) const {
  refuse_on_actor_thread();
  std::unique_lock lock(mutex_);
  for (;;) {
    auto at = done_.upper_bound(item);
    if (at != done_.begin()) {
      --at;
      if (item < at->second.first + at->second.count)
        return at->second;
    }
    changed_.wait(lock);
  }
}

const map_job::piece* map_job::nth_done(std::size_t n) const {
  refuse_on_actor_thread();
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return n < order_.size() || over(); });
  return n < order_.size() ? order_[n] : nullptr;
}

// With the mutex held.
bool map_job::over() const { return under_way_.empty() && sizes_.left() == 0; }

void map_job::cancel() {
  std::vector<task_ptr> mine;
  {
    std::lock_guard lock(mutex_);
    outcome why;
    why.result = failure{actor_errc::cancelled, "the map was cancelled"};
    stop_rest(why);
    for (const auto& [first, each] : under_way_)
      if (auto what = each.what.lock())
        mine.push_back(std::move(what));
    changed_.notify_all();
  }
  for (const auto& each : mine)
    plan_.withdraw(each);
}

} // namespace pinion
