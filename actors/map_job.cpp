#include <pinion/actors/map_job.hpp>

#include <algorithm>
#include <charconv>
#include <string_view>
#include <utility>

#include <pinion/actors/actor_thread.hpp>
#include <pinion/shm/error.hpp>

namespace pinion {

namespace {

void refuse_on_actor_thread() {
  if (on_actor_thread())
    throw task_error(actor_errc::would_block,
                     "the results of a map were waited for on an actor's thread, which would stop every "
                     "actor that lives there; wait on a thread of your own");
}

// The item that a failure names: "NAME: item 17: why", as raise_at_item says it. A kernel's own words come
// behind that.
std::optional<std::int64_t> failed_item(std::string_view text) {
  constexpr std::string_view mark = ": item ";
  const auto at = text.find(mark);
  if (at == std::string_view::npos || text.substr(0, at).find(' ') != std::string_view::npos)
    return std::nullopt;
  const auto* begin = text.data() + at + mark.size();
  std::int64_t item = 0;
  const auto [end, error] = std::from_chars(begin, text.data() + text.size(), item);
  return error == std::errc{} && end != begin ? std::optional(item) : std::nullopt;
}

std::string items_text(std::int64_t first, std::int64_t count) {
  return count == 1 ? "item " + std::to_string(first) + ": "
                    : "items " + std::to_string(first) + " to " + std::to_string(first + count - 1) + ": ";
}

} // namespace

map_job::map_job(plan how) : plan_(std::move(how)), sizes_(plan_.items, plan_.workers, plan_.chunk) {}

void map_job::start() { feed(); }

// One thread at a time makes tasks: one that ends at once, as all do when the node stops, leaves it to the
// loop that sent it.
void map_job::feed() {
  std::function<task_ptr(std::int64_t, std::int64_t)> gone; // dropped without the lock: it may hold arrays
  std::unique_lock lock(mutex_);
  if (std::exchange(feeding_, true))
    return;
  while (const auto next = next_range()) {
    const auto [first, count] = *next;
    under_way_.emplace(first, running{first, count, {}});
    lock.unlock();
    task_ptr what;
    outcome refused;
    try {
      what = plan_.make(first, count);
    } catch (const shm_error& why) {
      refused.result = failure{actor_errc::bad_arguments, why.what()};
    } catch (const std::exception& why) {
      refused.result = failure{actor_errc::internal, std::string("no task could be made: ") + why.what()};
    }
    if (what == nullptr) {
      lock.lock();
      note(first, count, std::move(refused));
      continue;
    }
    what->tell([me = shared_from_this(), first = first, count = count](outcome&& result) {
      me->take(first, count, std::move(result));
    });
    lock.lock();
    under_way_.at(first).what = what;
    lock.unlock();
    plan_.submit(what);
    lock.lock();
    if (cancelled_) { // meanwhile, and perhaps before it was sent
      lock.unlock();
      plan_.withdraw(what);
      lock.lock();
    }
  }
  feeding_ = false;
  gone = maker_if_over();
  lock.unlock();
}

// With the mutex held.
std::optional<map_job::range> map_job::next_range() {
  if (stopped_ || under_way_.size() >= most_under_way())
    return std::nullopt;
  if (!again_.empty()) {
    const auto one = again_.back();
    again_.pop_back();
    return one;
  }
  const auto first = sizes_.taken();
  const auto count = sizes_.next();
  return count > 0 ? std::optional(range{first, count}) : std::nullopt;
}

// With the mutex held. Until the cost of an item is known, one task for each worker is enough to learn it;
// then as many as are worth 50 ms, but two, so that no worker waits for the next.
std::size_t map_job::most_under_way() const {
  if (plan_.chunk > 1)
    return plan_.under_way;
  if (!sizes_.knows_cost())
    return std::min(plan_.under_way, plan_.workers);
  if (plan_.chunk == 0)
    return plan_.under_way;
  const auto each = std::clamp(chunk_plan::longest_ns / std::max(sizes_.item_ns(), 1.0), 2.0, 1e6);
  return std::min(plan_.under_way, plan_.workers * static_cast<std::size_t>(each));
}

// With the mutex held.
std::function<task_ptr(std::int64_t, std::int64_t)> map_job::maker_if_over() {
  return over() ? std::exchange(plan_.make, nullptr) : nullptr;
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
  if (what.ok())
    keep(first, count, std::move(what));
  else
    note_failure(first, count, std::move(what));
  changed_.notify_all();
}

// With the mutex held.
void map_job::note_failure(std::int64_t first, std::int64_t count, outcome&& what) {
  auto& why = std::get<failure>(what.result);
  // A queue that is full of others' tasks: when one of ours has ended there may be room.
  if (why.code == actor_errc::overloaded && !under_way_.empty() && !stopped_) {
    again_.push_back({first, count});
    return;
  }
  const auto item = failed_item(why.text);
  const auto end = first + count;
  if (item && *item >= first && *item < end) {
    // Those before it are done; those behind it are yet to come.
    if (*item > first) {
      outcome fine;
      fine.stamps = what.stamps;
      fine.worker = what.worker;
      keep(first, *item - first, std::move(fine));
    }
    if (*item + 1 < end)
      again_.push_back({*item + 1, end - *item - 1});
    first = *item;
    count = 1;
  } else {
    why.text.insert(0, items_text(first, count));
  }
  const auto reason = why;
  keep(first, count, std::move(what));
  // A node that is going takes no more, whatever was wanted.
  if (plan_.stop_on_failure || stopped_ || reason.code == actor_errc::node_stopping)
    stop_rest(reason);
}

// With the mutex held.
void map_job::keep(std::int64_t first, std::int64_t count, outcome&& what) {
  order_.push_back(&done_.emplace(first, piece{first, count, std::move(what)}).first->second);
}

// With the mutex held: what was not begun ends.
void map_job::stop_rest(const failure& why) {
  stopped_ = true;
  auto rest = std::exchange(again_, {});
  if (sizes_.left() > 0)
    rest.push_back({sizes_.taken(), sizes_.left()});
  sizes_.take_all();
  for (const auto& [first, count] : rest) {
    outcome what;
    what.result = failure{why.code == actor_errc::node_stopping ? why.code : actor_errc::cancelled,
                          items_text(first, count) + "not begun: " + why.text};
    keep(first, count, std::move(what));
  }
}

const map_job::piece& map_job::wait_for(std::int64_t item) const {
  refuse_on_actor_thread();
  if (item < 0 || item >= plan_.items)
    raise(shm_errc::out_of_range,
          "there is no item " + std::to_string(item) + ", the map has " + std::to_string(plan_.items));
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
bool map_job::over() const { return under_way_.empty() && again_.empty() && sizes_.left() == 0; }

void map_job::cancel() {
  std::vector<task_ptr> mine;
  {
    std::lock_guard lock(mutex_);
    cancelled_ = true;
    stop_rest({actor_errc::cancelled, "the map was cancelled"});
    for (const auto& [first, each] : under_way_)
      if (auto what = each.what.lock())
        mine.push_back(std::move(what));
    changed_.notify_all();
  }
  for (const auto& each : mine)
    plan_.withdraw(each);
}

} // namespace pinion
