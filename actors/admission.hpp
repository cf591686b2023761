#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>

#include <pinion/actors/clock.hpp>
#include <pinion/actors/full_policy.hpp>
#include <pinion/actors/task.hpp>

namespace pinion {

/// How much may wait in a dispatcher, and how much does, of all clients and of each. Belongs to the
/// dispatcher's thread; time is passed in.
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
    bool too_large = false; ///< it would not have room alone
  };
  /// None: the task may wait. Never one where tasks wait for room before they come here.
  std::optional<obstacle> refuse(const task& what) const;

  void enter(const task& what);
  void leave(const task& what, time_point now);
  void clear();

  std::size_t tasks() const noexcept { return all_.tasks; }
  /// The client that has most tasks here, by number; 0 when there is none.
  std::uint64_t largest_client() const noexcept;
  /// How long it will take, at the pace of late, until half of those that wait have left. Between 1 ms and a
  /// minute.
  std::chrono::milliseconds until_room(const task& what, bool of_client) const noexcept;

private:
  struct sum {
    std::size_t tasks = 0;
    std::size_t bytes = 0;
  };
  sum of(std::uint64_t client) const;

  limits limits_;
  sum all_;
  std::unordered_map<std::uint64_t, sum> clients_; ///< of those with tasks here
  time_point last_left_ = never;
  std::size_t left_since_ = 0; ///< at that moment, or since
  double pace_ns_ = 0;         ///< between two that leave, lately; 0: none has left yet
};

} // namespace pinion
