#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <unordered_map>
#include <vector>

#include <pinion/actors/task.hpp>
#include <pinion/shm/lease_table.hpp>

namespace pinion {

/// The tasks of a node in their arrays' eyes: which have the leases they need, and which wait for others that
/// came before them (lease_table). Knows tasks by number; the engine keeps them. Belongs to one thread.
class lease_queue {
public:
  /// A task that was taken in; its number is above all before. Returns what is in its way, and then keeps it
  /// until leave() of the others lets it go; nothing when it may go at once.
  std::optional<lease_table::conflict> enter(const task& what);

  /// It is over, or given up while it waited. Returns the tasks that may go now, in the order in which they
  /// came.
  std::vector<std::uint64_t> leave(std::uint64_t id);

  /// What a task that waits is waiting for.
  std::optional<lease_table::conflict> obstacle(std::uint64_t id) const { return table_.obstacle(id); }

  bool waits(std::uint64_t id) const { return waits_for_.contains(id); }
  std::size_t waiting() const noexcept { return waits_for_.size(); }
  /// Tasks that have claims, whether they wait or not.
  std::size_t holders() const noexcept { return table_.holders(); }

private:
  void watch(std::uint64_t id, std::uint64_t whom);

  lease_table table_;
  // The same relation twice. A task that several hold up waits for the latest of them, and then looks again.
  std::unordered_map<std::uint64_t, std::uint64_t> waits_for_;
  std::unordered_map<std::uint64_t, std::set<std::uint64_t>> waited_for_;
};

} // namespace pinion
