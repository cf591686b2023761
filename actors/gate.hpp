#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <unordered_map>

#include <pinion/actors/admission.hpp>
#include <pinion/actors/clock.hpp>

namespace pinion {

/// Where tasks wait for room in the queue before they go to the dispatcher (full_policy::wait): it counts
/// those that are on their way or in the queue, of all clients and of each. Any thread may call any of it;
/// only threads that may wait should enter. Tickets may outlive it.
class gate : public std::enable_shared_from_this<gate> {
public:
  explicit gate(const admission::limits& what) : limits_(what) {}

  /// A place, given back with the last copy; waits for it until `when`, null if there was none by then, or
  /// once the gate was closed.
  std::shared_ptr<const void> enter(std::uint64_t client, std::size_t bytes, time_point when);
  /// A place also where there is no room: for actors, which must not wait.
  std::shared_ptr<const void> pass(std::uint64_t client, std::size_t bytes);
  /// Nobody waits any more.
  void close();

private:
  struct sum {
    std::size_t tasks = 0;
    std::size_t bytes = 0;
  };
  bool has_room(std::uint64_t client, std::size_t bytes) const;
  std::shared_ptr<const void> admit(std::uint64_t client, std::size_t bytes);
  void leave(std::uint64_t client, std::size_t bytes);

  const admission::limits limits_;
  std::mutex mutex_;
  std::condition_variable changed_;
  sum all_;                                        ///< guarded by mutex_, as all below
  std::unordered_map<std::uint64_t, sum> clients_; ///< of those with tasks here
  bool closed_ = false;
};

} // namespace pinion
