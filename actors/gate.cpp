#include <pinion/actors/gate.hpp>

namespace pinion {

bool gate::has_room(std::uint64_t client, std::size_t bytes) const {
  const auto at = clients_.find(client);
  const auto mine = at == clients_.end() ? sum{} : at->second;
  const auto fits = [bytes](const sum& have, std::size_t tasks, std::size_t most) {
    // A large task alone is no queue.
    return (tasks == 0 || have.tasks < tasks) && (most == 0 || have.tasks == 0 || have.bytes + bytes <= most);
  };
  return fits(all_, limits_.tasks, limits_.bytes) && fits(mine, limits_.client_tasks, limits_.client_bytes);
}

std::shared_ptr<const void> gate::enter(std::uint64_t client, std::size_t bytes, time_point when) {
  std::unique_lock lock(mutex_);
  const auto may_go = [&] { return closed_ || has_room(client, bytes); };
  if (when == never)
    changed_.wait(lock, may_go);
  else if (!changed_.wait_until(lock, when, may_go))
    return nullptr;
  return closed_ ? nullptr : admit(client, bytes);
}

std::shared_ptr<const void> gate::pass(std::uint64_t client, std::size_t bytes) {
  std::lock_guard lock(mutex_);
  return admit(client, bytes);
}

std::shared_ptr<const void> gate::admit(std::uint64_t client, std::size_t bytes) {
  for (auto* each : {&all_, &clients_[client]}) {
    ++each->tasks;
    each->bytes += bytes;
  }
  // Its address is the ticket, its end gives the place back.
  return {static_cast<const void*>(this),
          [me = shared_from_this(), client, bytes](const void*) { me->leave(client, bytes); }};
}

void gate::leave(std::uint64_t client, std::size_t bytes) {
  std::lock_guard lock(mutex_);
  const auto at = clients_.find(client);
  for (auto* each : {&all_, &at->second}) {
    --each->tasks;
    each->bytes -= bytes;
  }
  if (at->second.tasks == 0)
    clients_.erase(at);
  // All, since the one that is woken may be of another client than has room.
  changed_.notify_all();
}

void gate::close() {
  std::lock_guard lock(mutex_);
  closed_ = true;
  changed_.notify_all();
}

} // namespace pinion
