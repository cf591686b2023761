#include <pinion/actors/gate.hpp>

namespace pinion {

bool gate::fits(const task_sum& have, std::size_t bytes, std::size_t most_tasks,
                std::size_t most_bytes) noexcept {
  // A large task alone is no queue.
  return (most_tasks == 0 || have.tasks < most_tasks) &&
         (most_bytes == 0 || have.tasks == 0 || have.bytes + bytes <= most_bytes);
}

std::shared_ptr<const void> gate::enter(std::uint64_t client, std::size_t bytes, time_point when) {
  {
    std::unique_lock lock(mutex_);
    if (closed_)
      return nullptr;
    auto& mine = clients_[client];
    waiter me{bytes, false, {}};
    line_up(mine, me);
    let_in();
    const auto heard = [&] { return me.in || closed_; };
    if (when == never)
      me.told.wait(lock, heard);
    else
      me.told.wait_until(lock, when, heard);
    if (!me.in) {
      step_out(mine, me);
      forget_if_empty(client);
      let_in(); // it may have held others up
      return nullptr;
    }
  }
  return ticket(client, bytes);
}

std::shared_ptr<const void> gate::pass(std::uint64_t client, std::size_t bytes) {
  {
    std::lock_guard lock(mutex_);
    clients_[client].inside.add(bytes);
    all_.add(bytes);
  }
  return ticket(client, bytes);
}

void gate::line_up(account& whose, waiter& who) {
  std::list<waiter*> last{&who}; // made first: what cannot be made leaves all as it was
  if (whose.line.empty())
    whose.turn = turns_.insert(turns_.end(), &whose);
  whose.line.splice(whose.line.end(), last);
}

void gate::step_out(account& whose, waiter& who) {
  whose.line.remove(&who);
  if (whose.line.empty())
    turns_.erase(whose.turn);
}

// Wakes only those that have a place.
void gate::let_in() {
  for (auto at = turns_.begin(); at != turns_.end() && !closed_;) {
    auto& next = **at;
    auto& first = *next.line.front();
    if (!fits(next.inside, first.bytes, limits_.client_tasks, limits_.client_bytes)) {
      ++at; // until it has less here itself
      continue;
    }
    if (!fits(all_, first.bytes, limits_.tasks, limits_.bytes))
      return;
    next.inside.add(first.bytes);
    all_.add(first.bytes);
    next.line.pop_front();
    if (next.line.empty())
      turns_.erase(at);
    else
      turns_.splice(turns_.end(), turns_, at);
    first.in = true;
    first.told.notify_one();
    at = turns_.begin();
  }
}

// Its address is the ticket, its end gives the place back; also where no ticket can be made.
std::shared_ptr<const void> gate::ticket(std::uint64_t client, std::size_t bytes) {
  return {static_cast<const void*>(this),
          [me = shared_from_this(), client, bytes](const void*) { me->leave(client, bytes); }};
}

void gate::leave(std::uint64_t client, std::size_t bytes) {
  std::lock_guard lock(mutex_);
  clients_.at(client).inside.take(bytes);
  all_.take(bytes);
  forget_if_empty(client);
  let_in();
}

void gate::forget_if_empty(std::uint64_t client) {
  const auto at = clients_.find(client);
  if (at->second.inside.tasks == 0 && at->second.line.empty())
    clients_.erase(at);
}

void gate::close() {
  std::lock_guard lock(mutex_);
  closed_ = true;
  for (auto* whose : turns_)
    for (auto* who : whose->line)
      who->told.notify_one();
}

std::size_t gate::waiting() const {
  std::lock_guard lock(mutex_);
  std::size_t result = 0;
  for (const auto* whose : turns_)
    result += whose->line.size();
  return result;
}

} // namespace pinion
