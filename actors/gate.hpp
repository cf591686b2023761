#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <unordered_map>

#include <pinion/actors/admission.hpp>
#include <pinion/actors/clock.hpp>
#include <pinion/actors/task_sum.hpp>

namespace pinion {

/// Where tasks wait for room in the queue before they go to the dispatcher (full_policy::wait): it counts
/// those that are on their way or in the queue, of all clients and of each. Clients take turns, and each has
/// its own threads let in as they came. Whose turn it is holds up the others until there is room for its
/// task, so that a large one is not overtaken for ever; a client that has its share is passed over. Any
/// thread may call any of it; only threads that may wait should enter. Tickets may outlive it.
class gate : public std::enable_shared_from_this<gate> {
public:
  explicit gate(const admission::limits& what) : limits_(what) {}

  /// A place, given back with the last copy; waits for it until `when`, null if there was none by then, or
  /// once the gate was closed.
  std::shared_ptr<const void> enter(std::uint64_t client, std::size_t bytes, time_point when);
  /// A place also where there is no room: for what neither waits nor is refused, and is bounded elsewhere.
  std::shared_ptr<const void> pass(std::uint64_t client, std::size_t bytes);
  /// Nobody waits any more.
  void close();
  /// Threads that do now.
  std::size_t waiting() const;

private:
  /// One thread, on its stack.
  struct waiter {
    std::size_t bytes = 0;
    bool in = false;
    std::condition_variable told;
  };
  /// Nobody allocates memory when a place is given back: what that needs was made by those who wait.
  struct account {
    task_sum inside;
    std::list<waiter*> line;
    std::list<account*>::iterator turn; ///< where it stands among the clients; only where some of it wait
  };

  static bool fits(const task_sum& have, std::size_t bytes, std::size_t most_tasks,
                   std::size_t most_bytes) noexcept;
  void line_up(account& whose, waiter& who);
  void step_out(account& whose, waiter& who);
  void let_in();
  void forget_if_empty(std::uint64_t client);
  std::shared_ptr<const void> ticket(std::uint64_t client, std::size_t bytes);
  void leave(std::uint64_t client, std::size_t bytes);

  const admission::limits limits_;
  mutable std::mutex mutex_;
  task_sum all_;                                       ///< guarded by mutex_, as all below
  std::unordered_map<std::uint64_t, account> clients_; ///< of those with tasks or threads here
  std::list<account*> turns_;                          ///< clients with threads that wait, the next one first
  bool closed_ = false;
};

} // namespace pinion
