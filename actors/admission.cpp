#include <pinion/actors/admission.hpp>

#include <algorithm>
#include <functional>
#include <utility>

#include <pinion/shm/error.hpp>

namespace pinion {

namespace {

// Weight of the newest interval in the pace.
constexpr double newest = 0.1;

// A pause says nothing of the pace.
constexpr double longest_interval_ns = 5e9;

constexpr std::chrono::milliseconds shortest{1};
constexpr std::chrono::milliseconds longest{60'000};

bool has_ticket(const task& what) noexcept { return what.extras && what.extras->ticket; }

} // namespace

void admission::account::enter(const task& what) noexcept {
  all.add(what.arguments.size());
  if (!has_ticket(what))
    unheld.add(what.arguments.size());
}

void admission::account::leave(const task& what) noexcept {
  all.take(what.arguments.size());
  if (!has_ticket(what))
    unheld.take(what.arguments.size());
}

admission::account admission::of(std::uint64_t client) const noexcept {
  const auto at = clients_.find(client);
  return at == clients_.end() ? account{} : at->second;
}

std::optional<admission::obstacle> admission::refuse(const task& what) const {
  if (has_ticket(what))
    return std::nullopt;
  const auto mine = of(what.options.client).unheld;
  const auto& everyones = all_.unheld;
  if (limits_.client_tasks > 0 && mine.tasks >= limits_.client_tasks)
    return obstacle{std::to_string(mine.tasks) + " tasks of this client wait already, the limit",
                    "max_client_queue", true, false};
  if (everyones.tasks >= limits_.tasks)
    return obstacle{std::to_string(everyones.tasks) + " tasks wait already, the limit", "max_queue", false,
                    false};
  // A large task alone is no queue.
  const auto size = what.arguments.size();
  if (limits_.client_bytes > 0 && mine.tasks > 0 && mine.bytes + size > limits_.client_bytes)
    return obstacle{"the arguments of this client's tasks that wait take " + readable_size(mine.bytes) +
                        ", the limit is " + readable_size(limits_.client_bytes),
                    "max_client_queue_bytes", true, true};
  if (limits_.bytes > 0 && everyones.tasks > 0 && everyones.bytes + size > limits_.bytes)
    return obstacle{"the arguments of the tasks that wait take " + readable_size(everyones.bytes) +
                        ", the limit is " + readable_size(limits_.bytes),
                    "max_queue_bytes", false, true};
  return std::nullopt;
}

bool admission::too_large(const task& what) const noexcept {
  const auto size = what.arguments.size();
  return (limits_.client_bytes > 0 && size > limits_.client_bytes) ||
         (limits_.bytes > 0 && size > limits_.bytes);
}

admission::shortfall admission::to_go(const task& what) const noexcept {
  const auto beyond = [&](const task_sum& have, std::size_t tasks, std::size_t bytes) {
    const task_sum all{have.tasks + 1, have.bytes + what.arguments.size()};
    return task_sum{tasks > 0 && all.tasks > tasks ? all.tasks - tasks : 0,
                    bytes > 0 && all.bytes > bytes ? all.bytes - bytes : 0};
  };
  return {beyond(of(what.options.client).all, limits_.client_tasks, limits_.client_bytes),
          beyond(all_.all, limits_.tasks, limits_.bytes)};
}

void admission::enter(const task& what) {
  for (auto* each : {&all_, &clients_[what.options.client]})
    each->enter(what);
}

void admission::leave(const task& what, time_point now) {
  const auto at = clients_.find(what.options.client);
  for (auto* each : {&all_, &at->second})
    each->leave(what);
  if (at->second.all.tasks == 0)
    clients_.erase(at);
  ++left_since_;
  if (last_left_ != never && now <= last_left_)
    return; // more of one batch
  if (last_left_ != never) {
    const auto interval = static_cast<double>((now - last_left_).count());
    const auto each = interval / static_cast<double>(left_since_);
    if (interval < longest_interval_ns)
      pace_ns_ = pace_ns_ <= 0 ? each : pace_ns_ + newest * (each - pace_ns_);
  }
  left_since_ = 0;
  last_left_ = now;
}

void admission::clear() {
  all_ = {};
  clients_.clear();
}

std::vector<std::uint64_t> admission::largest_clients(bool by_bytes) const {
  std::vector<std::pair<std::size_t, std::uint64_t>> sizes;
  sizes.reserve(clients_.size());
  for (const auto& [client, have] : clients_)
    sizes.emplace_back(by_bytes ? have.all.bytes : have.all.tasks, client);
  std::sort(sizes.begin(), sizes.end(), std::greater<>());
  std::vector<std::uint64_t> result;
  result.reserve(sizes.size());
  for (const auto& [size, client] : sizes)
    result.push_back(client);
  return result;
}

std::chrono::milliseconds admission::until_room(const task& what, bool of_client) const noexcept {
  // Clients take turns, so one's own tasks leave at its share of the pace.
  const auto waiting = static_cast<double>(all_.all.tasks);
  const auto ahead =
      of_client ? std::min(waiting, static_cast<double>(of(what.options.client).all.tasks) *
                                        static_cast<double>(std::max<std::size_t>(1, clients_.size())))
                : waiting;
  const auto ns = ahead / 2 * pace_ns_;
  const auto ms = std::chrono::milliseconds(static_cast<std::int64_t>(std::min(ns / 1e6, 1e6)) + 1);
  return std::clamp(ms, shortest, longest);
}

} // namespace pinion
