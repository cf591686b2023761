#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include <pinion/actors/clock.hpp>
#include <pinion/actors/full_policy.hpp>
#include <pinion/actors/task.hpp>
#include <pinion/actors/task_sum.hpp>

namespace pinion {

/// How much may wait in a dispatcher, and how much does, of all clients and of each. Tasks that have waited
/// for room before they came here (they have a ticket, of a gate with the same limits) are let in and take
/// room from no other. Belongs to the dispatcher's thread; time is passed in.
class admission {
public:
  /// Of tasks and of bytes of their arguments; 0 bytes and 0 tasks of a client are any number of them.
  struct limits {
    std::size_t tasks = 100'000;
    std::size_t bytes = std::size_t{1} << 30U;
    std::size_t client_tasks = 0;
    std::size_t client_bytes = 0;
    full_policy when_full = full_policy::reject;
  };

  explicit admission(limits what) : limits_(what) {}

  /// Where there is no room.
  struct obstacle {
    std::string text;    ///< "100000 tasks wait already, the limit"
    std::string setting; ///< what raises it: "max_queue"
    bool of_client = false;
    bool of_bytes = false;
  };
  /// None: the task may wait.
  std::optional<obstacle> refuse(const task& what) const;
  /// It would not have room beside any other, whoever went for it.
  bool too_large(const task& what) const noexcept;
  /// What has to go until the task has room: of its client's, and of all, that included.
  struct shortfall {
    task_sum of_client;
    task_sum of_all;
  };
  shortfall to_go(const task& what) const noexcept;

  void enter(const task& what);
  void leave(const task& what, time_point now);
  void clear();

  std::size_t tasks() const noexcept { return all_.all.tasks; }
  /// All that have tasks here, the one with most of them first, or with most bytes.
  std::vector<std::uint64_t> largest_clients(bool by_bytes) const;
  /// How long it will take, at the pace of late, until half of those that wait have left. Between 1 ms and a
  /// minute.
  std::chrono::milliseconds until_room(const task& what, bool of_client) const noexcept;

private:
  struct account {
    task_sum all;
    task_sum unheld; ///< of them: those that have no ticket

    void enter(const task& what) noexcept;
    void leave(const task& what) noexcept;
  };
  account of(std::uint64_t client) const noexcept;

  limits limits_;
  account all_;
  std::unordered_map<std::uint64_t, account> clients_; ///< of those with tasks here
  time_point last_left_ = never;
  std::size_t left_since_ = 0; ///< at that moment, or since
  double pace_ns_ = 0;         ///< between two that leave, lately; 0: none has left yet
};

} // namespace pinion
