#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

#include <pinion/actors/worker_port.hpp>
#include <pinion/actors/worker_table.hpp>

namespace pinion {

/// Which processes a pool has: how many take tasks, which stand ready as spares, and when one leaves because
/// it is not needed or has run enough. Decides on the table and acts by the port; tasks are the dispatcher's
/// engine's. A spare that takes a dead or worn worker's place is ready at once; the process that is started
/// in the old one's slot is the next spare. Belongs to the dispatcher's thread; time is passed in.
class crew {
public:
  struct plan {
    std::size_t workers = 1;       ///< at the most
    std::size_t least = 0;         ///< idle ones leave until so many are left; 0: all stay
    std::size_t spares = 0;        ///< ready beside them
    bool recycles = false;         ///< workers wear, and need a successor that is ready: at least one spare
    std::size_t recycle_tasks = 0; ///< a worker is worn after so many; 0: never
    /// After so long without a task a worker is idle.
    std::chrono::nanoseconds idle_time = std::chrono::seconds{10};
  };

  crew(worker_table& table, worker_port& port, plan what);

  /// Slots that there are at first: `workers` active ones, the spares behind them.
  std::size_t slots() const noexcept { return plan_.workers + spares(); }
  std::uint64_t recycled() const noexcept { return recycled_; }

  void resize(std::size_t workers);
  /// Looks whether all is as it should be. `waiting`: tasks for which no worker has credit. True if somebody
  /// else takes tasks now.
  bool look(std::size_t waiting, time_point now);
  /// Its process is ready.
  void came(worker_entry& who, time_point now);
  /// Its process has gone: a spare takes its place, if one is ready.
  void lost(worker_entry& who);
  /// It has been given a task, or has answered one.
  void worked(worker_entry& who, time_point now);
  /// It leaves when another can take its place, and it has run a task.
  void wear(worker_entry& who, std::string why);
  /// Somebody has a task for this very slot.
  void want(worker_entry& who);
  /// When look() is needed next, if nothing else happens.
  time_point next_look() const;

private:
  std::size_t spares() const noexcept;
  std::size_t least() const noexcept;
  bool may_leave(const worker_entry& who) const noexcept;
  std::size_t working() const;
  worker_entry* find(worker_status::duty as, bool ready);
  worker_entry* going();
  worker_entry* resting();
  void activate(worker_entry& who);
  void call_in(worker_entry& who, worker_status::duty as);
  void leave(worker_entry& who, bool come_back, std::string why);
  void replace_worn();
  void fill();
  void trim(time_point now);
  void send_home();
  int free_place() const;

  worker_table& table_;
  worker_port& port_;
  plan plan_;
  std::size_t wanted_; ///< that work now: from plan_.least to plan_.workers
  std::uint64_t recycled_ = 0;
  std::size_t waiting_ = 0; ///< at the last look
  bool changed_ = true;     ///< something has happened since the last look
  bool activated_ = false;  ///< and somebody has got a place
};

} // namespace pinion
