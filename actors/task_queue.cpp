#include <pinion/actors/task_queue.hpp>

#include <limits>
#include <utility>

namespace pinion {

bool task_queue::merit_order::operator()(const task& x, const task& y) const noexcept {
  const auto merit = [this](const task& what) {
    return std::pair(what.stamps.queued - static_cast<wide>(what.options.priority) * ageing, what.id);
  };
  return merit(x) < merit(y);
}

task_queue::task_queue(std::chrono::nanoseconds ageing)
    : ageing_(ageing.count()), by_merit_(merit_order{ageing.count()}) {}

task_queue::task_queue(task_queue&& other) noexcept
    : ageing_(other.ageing_), size_(std::exchange(other.size_, 0)), turns_(other.turns_),
      lines_(std::move(other.lines_)), heads_(std::move(other.heads_)),
      by_merit_(std::move(other.by_merit_)) {
  other.lines_.clear();
  other.heads_.clear();
}

task_queue& task_queue::operator=(task_queue&& other) noexcept {
  if (this == &other)
    return *this;
  clear();
  ageing_ = other.ageing_;
  size_ = std::exchange(other.size_, 0);
  turns_ = other.turns_;
  lines_.swap(other.lines_);
  heads_.swap(other.heads_);
  by_merit_.swap(other.by_merit_);
  return *this;
}

task_queue::head task_queue::head_of(const line& whose, std::uint64_t client) noexcept {
  return {-std::int64_t{whose.tasks.begin()->options.priority}, whose.served, client};
}

void task_queue::push(task_ptr what) {
  auto& task = *what;
  const auto client = task.options.client;
  auto [at, fresh] = lines_.try_emplace(client);
  auto& mine = at->second;
  if (fresh)
    mine.served = ++turns_; // behind those that wait already
  const auto before = fresh ? head{} : head_of(mine, client);
  mine.tasks.insert(task);
  if (const auto now = head_of(mine, client); fresh) {
    heads_.insert(now);
  } else if (now != before) {
    heads_.erase(before);
    heads_.insert(now);
  }
  if (ageing_ > 0)
    by_merit_.insert(task);
  ++size_;
  task.in_queue = std::move(what);
}

task_ptr task_queue::take(task& what, bool is_served) {
  const auto client = what.options.client;
  const auto at = lines_.find(client);
  auto& mine = at->second;
  auto place = heads_.extract(head_of(mine, client));
  mine.tasks.erase(mine.tasks.iterator_to(what));
  if (ageing_ > 0)
    by_merit_.erase(by_merit_.iterator_to(what));
  --size_;
  if (is_served)
    mine.served = ++turns_;
  if (mine.tasks.empty()) {
    lines_.erase(at);
  } else {
    place.value() = head_of(mine, client);
    heads_.insert(std::move(place));
  }
  return std::exchange(what.in_queue, nullptr);
}

// Its priority, with what it has gained.
std::int64_t task_queue::counts(const task& what, std::int64_t now) const {
  const wide waited = static_cast<wide>(now) - what.stamps.queued;
  return what.options.priority + static_cast<std::int64_t>(waited > 0 ? waited / ageing_ : 0);
}

task_ptr task_queue::pop(time_point now) {
  if (empty())
    return nullptr;
  auto* next = &*lines_.at(std::get<2>(*heads_.begin())).tasks.begin();
  if (ageing_ > 0) {
    auto& most = *by_merit_.begin();
    if (counts(most, to_ns(now)) > counts(*next, to_ns(now)))
      next = &most;
  }
  return take(*next, true);
}

bool task_queue::erase(task& what) {
  const auto at = lines_.find(what.options.client);
  if (!what.in_queue || at == lines_.end() || at->second.tasks.find(what) == at->second.tasks.end())
    return false;
  const auto gone = take(what, false);
  return true;
}

task_ptr task_queue::shed(std::uint64_t client, int most_priority) {
  const auto at = lines_.find(client);
  if (at == lines_.end())
    return nullptr;
  auto& tasks = at->second.tasks;
  const auto lowest = tasks.rbegin()->options.priority;
  if (lowest > most_priority)
    return nullptr;
  const auto first = tasks.lower_bound(-std::int64_t{lowest}, [](const auto& x, const auto& y) {
    const auto level = [](const auto& one) {
      if constexpr (std::is_same_v<std::decay_t<decltype(one)>, task>)
        return -std::int64_t{one.options.priority};
      else
        return one;
    };
    return level(x) < level(y);
  });
  return take(*first, false);
}

void task_queue::clear() noexcept {
  by_merit_.clear();
  for (auto& [client, mine] : lines_)
    mine.tasks.clear_and_dispose(
        [](task* what) { const auto gone = std::exchange(what->in_queue, nullptr); });
  lines_.clear();
  heads_.clear();
  size_ = 0;
}

} // namespace pinion
