#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <pinion/actors/worker_event.hpp>
#include <pinion/runtime/affinity.hpp>
#include <pinion/runtime/memory_cgroup.hpp>
#include <pinion/runtime/restart_policy.hpp>
#include <pinion/runtime/worker_process.hpp>
#include <pinion/shm/arena_owner.hpp>
#include <pinion/shm/descriptor.hpp>
#include <pinion/shm/ledger.hpp>

namespace pinion {

/// Starts the worker processes of a node, watches them, waits for each that ends, and starts the next. A
/// thread of its own does all that, so that neither starting a process nor reading what it prints ever holds
/// up a request. All members may be called from any thread; none of them blocks but stop(). Owns the
/// processes.
class supervisor {
public:
  struct setup {
    std::string node;
    std::string actor; ///< whose process this is; empty: it is a pool's
    placement where;   ///< of the workers at first
    /// Of so many workers.
    std::function<placement(std::size_t)> divide;
    std::size_t spares = 0; ///< processes beside the workers
    std::size_t memory = 0; ///< bytes that a worker may have for itself; 0: any number
    std::size_t grown = 0;  ///< bytes of its own from which a worker has grown too much; 0: never
    std::vector<std::string> plugins;
    restart_policy::limits deaths; ///< after which a slot is given up
    std::chrono::milliseconds start_timeout{10'000};
    int shared_nice = 10;          ///< for workers that share processors with the I/O thread
    int spin_us = 0;               ///< for workers that have a processor to themselves
    std::shared_ptr<ledger> books; ///< of the node's shared memory
    /// Makes the segment for a worker's results; null when there is no room for one.
    std::function<std::shared_ptr<arena_owner>()> make_arena;
  };
  /// Called on the supervisor's thread; must not block.
  struct listener {
    std::function<void(worker_event)> on_event;
    /// The node's end of a fresh process's link; follows its started event.
    std::function<void(std::uint32_t slot, std::uint64_t incarnation, descriptor link)> on_link;
  };

  /// Starts the processes at once; what happens is kept until somebody listens.
  explicit supervisor(setup what);
  supervisor(const supervisor&) = delete;
  supervisor& operator=(const supervisor&) = delete;
  ~supervisor();

  void attach(listener who);
  /// The process said hello.
  void greeted(std::uint32_t slot, std::uint64_t incarnation);
  /// Ends this process of the slot, if it still is the one; `why` is then said of its end.
  void kill(std::uint32_t slot, std::uint64_t incarnation, std::string why);
  /// This process of the slot is on its way home, and its end no death; `why` is said of it. It is killed if
  /// it does not go. Its successor follows at once if `again`, else when it is called in.
  void dismiss(std::uint32_t slot, std::uint64_t incarnation, bool again, std::string why);
  /// Starts a process in a slot that rests.
  void call_in(std::uint32_t slot);
  /// The slot's process is the n-th worker from now on, and runs where that one does.
  void post(std::uint32_t slot, std::uint32_t number);
  /// Divides the processors among so many workers; slots up to `slots` may be called in from now on. post()
  /// says who has which.
  void resize(std::size_t workers, std::size_t slots);
  /// Sends the slot's present process a signal (faults of scenarios and tests).
  void signal(std::uint32_t slot, int number);
  /// Ends all processes: they have `grace` to leave by themselves. Returns when every one was waited for.
  void stop(std::chrono::milliseconds grace);

private:
  using clock = std::chrono::steady_clock;

  struct place {
    explicit place(restart_policy::limits limits) : policy(limits) {}
    std::optional<worker_process> process;
    std::unique_ptr<memory_cgroup> wall; ///< around the process's memory; null: none, or none may be made
    std::uint64_t incarnation = 0;
    restart_policy policy;
    bool greeted = false;
    std::string killed_because;
    int post = -1;          ///< which worker it is; -1: a spare, anywhere
    bool rests = false;     ///< no process is wanted
    bool dismissed = false; ///< the process is on its way home
    bool again = false;     ///< and another one is to follow
    bool grown = false;     ///< was told of
    std::string leaves_because;
    clock::time_point kill_at = clock::time_point::max();  ///< a dismissed one that does not go
    clock::time_point start_at = clock::time_point::max(); ///< the next process, when there is none
    clock::time_point greet_by = clock::time_point::max();
  };

  void loop();
  void start(std::uint32_t slot);
  void build_wall(place& around);
  void collect(std::uint32_t slot);
  void spread(placement where);
  void move(std::uint32_t slot);
  void end_in_peace(std::uint32_t slot, pid_t pid);
  const std::vector<int>& processors_of(const place& who) const;
  bool is_alone(const place& who) const;
  void weigh(clock::time_point now);
  void settle_end(std::uint32_t slot, pid_t pid, std::string cause, bool ran);
  void run_commands();
  void run_timers(clock::time_point now);
  clock::time_point next_timer() const;
  void wait_for_events();
  bool all_gone() const;
  void tell(worker_event event);
  bool post_command(std::function<void()> command);

  const setup setup_;
  const std::vector<std::string> environment_; ///< as it was when the node was made, on the maker's thread
  descriptor wake_; ///< an eventfd: written by any thread, read by the supervisor's

  std::mutex mutex_;
  std::vector<std::function<void()>> commands_; ///< guarded by mutex_
  bool deaf_ = false;                           ///< guarded by mutex_; no more commands are taken

  // All below belongs to the supervisor's thread.
  std::vector<place> places_;
  placement where_;
  std::vector<int> anywhere_; ///< the processors of all workers
  clock::time_point weigh_at_ = clock::time_point::max();
  std::uint64_t last_incarnation_ = 0;
  listener listener_;
  std::vector<std::function<void()>> backlog_; ///< what happened before somebody listened
  bool stopping_ = false;
  clock::time_point kill_all_at_ = clock::time_point::max();

  std::thread thread_;
};

} // namespace pinion
