#include <pinion/actors/lease_queue.hpp>

#include <utility>

namespace pinion {

std::optional<lease_table::conflict> lease_queue::enter(const task& what) {
  if (what.claims().empty())
    return std::nullopt;
  const auto in_the_way = table_.enter(what.id, what.claims());
  if (in_the_way)
    watch(what.id, in_the_way->whose);
  return in_the_way;
}

void lease_queue::watch(std::uint64_t id, std::uint64_t whom) {
  waits_for_[id] = whom;
  waited_for_[whom].insert(id);
}

std::vector<std::uint64_t> lease_queue::leave(std::uint64_t id) {
  std::vector<std::uint64_t> free;
  if (const auto waits = waits_for_.find(id); waits != waits_for_.end()) {
    const auto whom = waited_for_.find(waits->second);
    whom->second.erase(id);
    if (whom->second.empty())
      waited_for_.erase(whom);
    waits_for_.erase(waits);
  }
  table_.leave(id);
  const auto waiters = waited_for_.extract(id);
  if (waiters.empty())
    return free;
  for (const auto each : waiters.mapped()) {
    if (const auto still = table_.obstacle(each))
      watch(each, still->whose);
    else if (waits_for_.erase(each) > 0)
      free.push_back(each);
  }
  return free;
}

} // namespace pinion
