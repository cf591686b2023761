#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <tuple>
#include <unordered_map>
#include <utility>

#include <boost/intrusive/set.hpp>

#include <pinion/actors/task.hpp>
#include <pinion/actors/task_sum.hpp>

namespace pinion {

/// Tasks that wait for a worker. Among clients, the one whose best task has the higher priority is served,
/// of equals the one that was served longest ago (so that one with many tasks starves no other); among a
/// client's tasks the higher priority, then the nearer deadline, then the older id. With ageing, so that
/// nothing starves: a client that waits for its turn, and a task among those of its client, counts as one
/// priority higher for each `ageing` that it has waited, and goes first as soon as that makes it a whole
/// priority ahead of whose turn it would be. So deadlines decide among tasks of one priority that came within
/// that time. Time is passed in. Belongs to one thread. Operations cost O(log n), and a task brings the room
/// that it takes here.
class task_queue {
public:
  /// 0: priorities are strict.
  explicit task_queue(std::chrono::nanoseconds ageing = std::chrono::seconds{1});
  task_queue(task_queue&& other) noexcept;
  task_queue& operator=(task_queue&& other) noexcept;
  ~task_queue() { clear(); }

  /// It has waited since queued_ns. REQUIRES: it is in no queue.
  void push(task_ptr what);
  /// The next task, removed; null when empty.
  task_ptr pop(time_point now);
  /// What the next task counts, as its client does, and its deadline. One that is less goes first.
  using urgency = std::pair<std::int64_t, time_point>;
  /// Of the next task; none when empty.
  std::optional<urgency> next_urgency(time_point now) const;
  /// Removes a task that is given up; false if it is not here.
  bool erase(task& what);
  /// The task to go when there is no room for a better one: of this client's lowest priority, if that is at
  /// most so high, the one whose deadline is nearest, else the oldest. Removed; null when there is none.
  task_ptr shed(std::uint64_t client, int most_priority);
  /// Which one that would be.
  const task* to_shed(std::uint64_t client, int most_priority) const;
  /// True if the tasks of at most this priority, of this client or of all, are no less than `enough`; else
  /// they are taken from it.
  bool could_shed(std::optional<std::uint64_t> client, int most_priority, task_sum& enough) const;
  void clear() noexcept;
  bool empty() const noexcept { return size_ == 0; }
  std::size_t size() const noexcept { return size_; }

private:
  __extension__ using wide = __int128;

  struct turn_order {
    bool operator()(const task& x, const task& y) const noexcept { return turn_of(x) < turn_of(y); }
  };
  /// By what a task counts, in nanoseconds of waiting, less what all have in common: the time that it is. So
  /// the order never changes.
  struct merit_order {
    std::int64_t ageing = 0;
    bool operator()(const task& x, const task& y) const noexcept;
  };
  template <queue_hook task::*Hook, class Order>
  using ordered =
      boost::intrusive::set<task, boost::intrusive::member_hook<task, queue_hook, Hook>,
                            boost::intrusive::compare<Order>, boost::intrusive::constant_time_size<false>>;
  /// What one client has here.
  struct line {
    explicit line(std::int64_t ageing) : by_merit(merit_order{ageing}) {}
    ordered<&task::turn_hook, turn_order> tasks;
    ordered<&task::merit_hook, merit_order>
        by_merit;             ///< the one that counts most first; empty without ageing
    std::uint64_t served = 0; ///< when it had its last turn, by turns_
    std::int64_t since = 0;   ///< since when it waits for the next one, in nanoseconds
  };
  /// Whose turn it is: the priority of the client's best task, negative; its last turn; its number.
  using head = std::tuple<std::int64_t, std::uint64_t, std::uint64_t>;

  static std::tuple<std::int64_t, time_point, std::uint64_t> turn_of(const task& what) noexcept {
    return {-std::int64_t{what.options.priority}, what.deadline, what.id};
  }
  /// What a client counts, less what all have in common; and its number.
  using claim = std::pair<wide, std::uint64_t>;

  static head head_of(const line& whose, std::uint64_t client) noexcept;
  claim claim_of(const line& whose, std::uint64_t client) const noexcept;
  std::int64_t counts(int priority, std::int64_t since, std::int64_t now) const noexcept;
  std::int64_t level_of(const line& whose, std::int64_t now) const noexcept;
  std::uint64_t next_client(std::int64_t now) const;
  const task& next_of(const line& whose, std::int64_t now) const noexcept;
  task_ptr take(task& what, std::optional<std::int64_t> served_at = std::nullopt);

  std::int64_t ageing_;
  std::size_t size_ = 0;
  std::uint64_t turns_ = 0;
  std::unordered_map<std::uint64_t, line> lines_; ///< by client; none is empty
  std::set<head> heads_;                          ///< one for each line
  std::set<claim> claims_;                        ///< the same; empty without ageing
};

} // namespace pinion
