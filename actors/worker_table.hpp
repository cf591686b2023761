#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include <pinion/actors/clock.hpp>
#include <pinion/actors/dispatcher_status.hpp>
#include <pinion/actors/task_queue.hpp>

namespace pinion {

/// What the dispatcher knows of one slot and its present process.
struct worker_entry {
  worker_status::state now = worker_status::state::starting;
  worker_status::duty as = worker_status::duty::active;
  std::uint64_t incarnation = 0;
  pid_t pid = 0;
  std::string processors;
  std::string cause; ///< why the last process ended
  /// Tasks that the process has, in the order in which it runs them.
  std::deque<task_ptr> outstanding;
  /// Tasks that were meant for this slot alone.
  task_queue own;
  std::size_t bytes = 0;         ///< of the outstanding tasks' arguments
  time_point busy_since = never; ///< when the first of them was handed over, or the one before it answered
  time_point look_at = never;    ///< when the first of them should have begun
  double expected_ns = 0;        ///< expected run time of the outstanding tasks, by their kernels' means
  std::uint64_t given = 0;       ///< tasks handed to this incarnation
  std::uint64_t answered = 0;    ///< replies of this incarnation
  std::uint64_t tasks_done = 0;  ///< replies of all incarnations
  std::uint64_t restarts = 0;
  std::uint64_t asked_to_stop = 0; ///< a task whose deadline passed while it ran; 0 = none
  time_point kill_at = never;      ///< when its grace ends
  time_point peek_at = never;   ///< when its notes are read, as it may hold finished tasks behind a slow one
  time_point recall_at = never; ///< when an abandoned task of its may have come to hand
  time_point idle_since = never;
  int place = -1;         ///< which worker of the pool it is, for its processors; -1: none, a spare
  bool grew = false;      ///< of one that has run no task yet: too much memory from the beginning
  bool worn = false;      ///< it has run enough tasks, or grown: it leaves when another can take its place
  bool come_back = false; ///< of one that leaves: another process follows at once
  bool dismissed = false; ///< it was sent home
  std::string leaves_because;

  bool ready() const noexcept {
    return now == worker_status::state::idle || now == worker_status::state::busy;
  }
  /// Takes tasks, has a process or will have one.
  bool works() const noexcept {
    return as == worker_status::duty::active && now != worker_status::state::given_up &&
           now != worker_status::state::resting;
  }
};

/// The slots of a node, and how long each kernel takes on average, from which follows how many tasks a worker
/// is given ahead of time: as many as fill `window`, at least one. Belongs to the dispatcher's thread.
class worker_table {
public:
  /// `ageing`: of the slots' own queues.
  explicit worker_table(std::size_t slots, std::chrono::nanoseconds ageing = std::chrono::seconds{1})
      : ageing_(ageing) {
    grow(slots);
  }

  std::size_t size() const noexcept { return entries_.size(); }
  worker_entry& operator[](std::uint32_t slot) { return entries_[slot]; }
  const worker_entry& operator[](std::uint32_t slot) const { return entries_[slot]; }
  std::vector<worker_entry>& entries() noexcept { return entries_; }
  const std::vector<worker_entry>& entries() const noexcept { return entries_; }

  /// Work worth this much time, by measurement, may lie ready at a worker: enough to hide the way there and
  /// back, too little for a task to wait behind another worker's.
  static constexpr double window_ns = 200'000;

  /// No worker is given more than this ahead of time, however short its tasks.
  static constexpr std::size_t most_outstanding = 512;

  /// No process is given more tasks than that, but one by one while no other can take its place; 0: any.
  void limit_given(std::size_t most) noexcept { most_given_ = most; }
  /// True if the worker is ready for one more task of any kind.
  bool has_credit(const worker_entry& who, time_point now) const noexcept;
  /// The ready worker with the least before it; null if none has credit.
  worker_entry* least_loaded(time_point now);
  /// Books a task as handed over.
  void charge(worker_entry& who, task_ptr what, time_point now);
  /// Books a task as answered.
  void discharge(worker_entry& who, const task& what, time_point now);
  /// Takes the mean run time of a kernel from a finished task.
  void learn(std::uint32_t kernel, double run_ns);
  double expected_ns(std::uint32_t kernel) const noexcept;
  std::uint32_t slot_of(const worker_entry& who) const noexcept {
    return static_cast<std::uint32_t>(&who - entries_.data());
  }
  /// To at least so many slots; references to entries are void after that.
  void grow(std::size_t slots);
  /// True if no slot has or will get a process.
  bool hopeless() const noexcept;

private:
  std::chrono::nanoseconds ageing_;
  std::size_t most_given_ = 0;
  std::vector<worker_entry> entries_;
  std::vector<double> means_; ///< by kernel number, 0 = never seen
  std::size_t turn_ = 0;      ///< where the search for a worker begins, so that equal ones take turns
};

} // namespace pinion
