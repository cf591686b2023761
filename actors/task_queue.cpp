#include <pinion/actors/task_queue.hpp>

#include <algorithm>
#include <limits>
#include <utility>

namespace pinion {

bool task_queue::merit_order::operator()(const task& x, const task& y) const noexcept {
  const auto merit = [this](const task& what) {
    return std::pair(what.queued_ns - static_cast<wide>(what.options.priority) * ageing, what.id);
  };
  return merit(x) < merit(y);
}

task_queue::task_queue(std::chrono::nanoseconds ageing) : ageing_(ageing.count()) {}

task_queue::task_queue(task_queue&& other) noexcept
    : ageing_(other.ageing_), size_(std::exchange(other.size_, 0)), turns_(other.turns_),
      lines_(std::move(other.lines_)), heads_(std::move(other.heads_)), claims_(std::move(other.claims_)) {
  other.clear();
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
  claims_.swap(other.claims_);
  return *this;
}

task_queue::head task_queue::head_of(const line& whose, std::uint64_t client) noexcept {
  return {-std::int64_t{whose.tasks.begin()->options.priority}, whose.served, client};
}

task_queue::claim task_queue::claim_of(const line& whose, std::uint64_t client) const noexcept {
  return {whose.since - static_cast<wide>(whose.tasks.begin()->options.priority) * ageing_, client};
}

void task_queue::push(task_ptr what) {
  auto& task = *what;
  const auto client = task.options.client;
  auto [at, fresh] = lines_.try_emplace(client, ageing_);
  auto& mine = at->second;
  if (fresh) {
    mine.served = ++turns_; // behind those that wait already
    mine.since = task.queued_ns;
  }
  const auto before = fresh ? head{} : head_of(mine, client);
  const auto claimed = fresh ? claim{} : claim_of(mine, client);
  // The newest goes last, as a rule, and is put there without a search.
  mine.tasks.insert(mine.tasks.end(), task);
  if (ageing_ > 0)
    mine.by_merit.insert(mine.by_merit.end(), task);
  if (const auto now = head_of(mine, client); fresh || now != before) {
    if (!fresh) {
      heads_.erase(before);
      claims_.erase(claimed);
    }
    heads_.insert(now);
    if (ageing_ > 0)
      claims_.insert(claim_of(mine, client));
  }
  ++size_;
  task.in_queue = std::move(what);
}

// Out of its line, which is then in its new place, or gone; `served_at`: as its client has had its turn.
task_ptr task_queue::take(task& what, std::optional<std::int64_t> served_at) {
  const auto client = what.options.client;
  const auto at = lines_.find(client);
  auto& mine = at->second;
  auto place = heads_.extract(head_of(mine, client));
  auto claimed = claims_.extract(claim_of(mine, client));
  mine.tasks.erase(mine.tasks.iterator_to(what));
  if (ageing_ > 0)
    mine.by_merit.erase(mine.by_merit.iterator_to(what));
  --size_;
  if (served_at) {
    mine.served = ++turns_;
    mine.since = *served_at;
  }
  if (mine.tasks.empty()) {
    lines_.erase(at);
  } else {
    place.value() = head_of(mine, client);
    heads_.insert(std::move(place));
    if (claimed) {
      claimed.value() = claim_of(mine, client);
      claims_.insert(std::move(claimed));
    }
  }
  return std::exchange(what.in_queue, nullptr);
}

// A priority, with what waiting has added.
std::int64_t task_queue::counts(int priority, std::int64_t since, std::int64_t now) const noexcept {
  const wide waited = static_cast<wide>(now) - since;
  return priority + (ageing_ > 0 && waited > 0 ? static_cast<std::int64_t>(waited / ageing_) : 0);
}

std::int64_t task_queue::level_of(const line& whose, std::int64_t now) const noexcept {
  return counts(whose.tasks.begin()->options.priority, whose.since, now);
}

std::uint64_t task_queue::next_client(std::int64_t now) const {
  const auto turn = std::get<2>(*heads_.begin());
  if (claims_.empty())
    return turn;
  const auto most = claims_.begin()->second;
  return level_of(lines_.at(most), now) > level_of(lines_.at(turn), now) ? most : turn;
}

const task& task_queue::next_of(const line& whose, std::int64_t now) const noexcept {
  const auto& next = *whose.tasks.begin();
  if (ageing_ <= 0)
    return next;
  const auto& most = *whose.by_merit.begin();
  const auto level = [&](const task& one) { return counts(one.options.priority, one.queued_ns, now); };
  return level(most) > level(next) ? most : next;
}

task_ptr task_queue::pop(time_point now) {
  if (empty())
    return nullptr;
  const auto time = to_ns(now);
  const auto& next = next_of(lines_.at(next_client(time)), time);
  return take(*next.in_queue, time);
}

std::optional<task_queue::urgency> task_queue::next_urgency(time_point now) const {
  if (empty())
    return std::nullopt;
  const auto time = to_ns(now);
  const auto& whose = lines_.at(next_client(time));
  return urgency{-level_of(whose, time), next_of(whose, time).deadline};
}

bool task_queue::erase(task& what) {
  const auto at = lines_.find(what.options.client);
  if (!what.in_queue || at == lines_.end() || at->second.tasks.find(what) == at->second.tasks.end())
    return false;
  const auto gone = take(what);
  return true;
}

const task* task_queue::to_shed(std::uint64_t client, int most_priority) const {
  const auto at = lines_.find(client);
  if (at == lines_.end())
    return nullptr;
  const auto& tasks = at->second.tasks;
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
  return &*first;
}

task_ptr task_queue::shed(std::uint64_t client, int most_priority) {
  const auto* first = to_shed(client, most_priority);
  return first == nullptr ? nullptr : take(*first->in_queue);
}

bool task_queue::could_shed(std::optional<std::uint64_t> client, int most_priority, task_sum& enough) const {
  const auto count = [&](const line& whose) {
    for (auto at = whose.tasks.rbegin(); at != whose.tasks.rend(); ++at) {
      if (task_sum{}.covers(enough) || at->options.priority > most_priority)
        return;
      enough.tasks -= std::min<std::size_t>(enough.tasks, 1);
      enough.bytes -= std::min(enough.bytes, at->arguments.size());
    }
  };
  if (!client)
    for (const auto& [each, whose] : lines_)
      count(whose);
  else if (const auto at = lines_.find(*client); at != lines_.end())
    count(at->second);
  return task_sum{}.covers(enough);
}

void task_queue::clear() noexcept {
  for (auto& [client, mine] : lines_) {
    mine.by_merit.clear();
    mine.tasks.clear_and_dispose(
        [](task* what) { const auto gone = std::exchange(what->in_queue, nullptr); });
  }
  lines_.clear();
  heads_.clear();
  claims_.clear();
  size_ = 0;
}

} // namespace pinion
