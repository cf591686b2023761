#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>

#include <pinion/actors/admission.hpp>
#include <pinion/actors/crew.hpp>
#include <pinion/actors/lease_queue.hpp>
#include <pinion/actors/task_claim.hpp>
#include <pinion/actors/task_wire.hpp>
#include <pinion/actors/worker_event.hpp>
#include <pinion/actors/worker_port.hpp>
#include <pinion/actors/worker_table.hpp>

namespace pinion {

/// What the dispatcher decides, without actors, clocks or processes: queue, credit, deadlines, and what
/// becomes of a dead worker's tasks. Time is passed in, the world is a worker_port, so tests play it by hand.
/// Belongs to one thread, the dispatcher's. Each task that is submitted is answered exactly once.
class dispatcher_engine {
public:
  struct limits {
    crew::plan workers;
    admission::limits room;
    std::chrono::nanoseconds grace = std::chrono::seconds{1}; ///< from "please stop" to the kill
    /// What a task must wait to count as one priority higher; 0: priorities are strict.
    std::chrono::nanoseconds ageing = std::chrono::seconds{1};
    int max_deaths = 3; ///< workers that one idempotent task may take down before it is given up
    /// By worker number, for the sentences of failures.
    std::function<std::string(std::uint32_t)> describe_worker;
  };

  dispatcher_engine(worker_port& port, limits what);

  void submit(task_ptr what, time_point now);
  /// Its asker went away: out of the queue, or asked to stop, with the grace of a deadline. Answered:
  /// cancelled.
  void withdraw(const task_ptr& what, time_point now);
  /// The process said hello and may be given tasks.
  /// `ran`: tasks of nobody's that it has run before.
  void ready(std::uint32_t slot, std::uint64_t incarnation, time_point now, std::uint64_t ran = 0);
  void started(const worker_event& event);
  void done(done_items&& what, time_point now);
  /// The process is gone and no more of its replies will come.
  void ended(const worker_event& event, time_point now);
  void given_up(const worker_event& event, time_point now);
  /// Deadlines and graces that have passed by now.
  void wake(time_point now);
  /// The moment at which wake is needed next; never = not before something else happens.
  time_point next_wake() const;
  /// Answers everything with node_stopping and takes no more.
  void halt();

  /// Hands nothing out until resume(), but takes tasks in; what runs goes on, and deadlines hold. Not while
  /// it drains.
  void pause();
  void resume(time_point now);
  /// Takes no new task, until resume(), and finishes what it has: `told` is called once, with true when the
  /// last one is done, with false when resume() or the end comes first.
  void drain(std::function<void(bool drained)> told, time_point now);
  /// From now on the pool has so many workers. Those that leave finish what they have.
  void resize(std::size_t workers, time_point now);
  /// The process takes more memory than it should: it leaves when another can take its place.
  void grown(std::uint32_t slot, std::uint64_t incarnation, std::string why, time_point now);
  /// Its processors are others now.
  void moved(const worker_event& event);
  /// It has left, and no other follows until it is called in.
  void rested(const worker_event& event, time_point now);

  /// Lets go of what workers still have, when none of them is there any more.
  void forget_outstanding();

  std::size_t slots() const noexcept { return table_.size(); }
  bool is_current(std::uint32_t slot, std::uint64_t incarnation) const;
  /// Where the partial results of a task go; null: nobody wants them, any more.
  std::shared_ptr<emission_queue> hearer_of(std::uint64_t task) const;
  dispatcher_status status(time_point now) const;
  /// Which tasks have, or want, leases on arrays; `most` of them at the most. Bounded in time, too.
  claim_report claims(std::size_t most) const;

private:
  struct place {
    task_ptr what;
    int slot = -1; ///< -1 = in a queue, or waiting for its arrays
  };

  void pump(time_point now);
  void hand_out(time_point now);
  worker_entry* most_urgent(const std::vector<worker_entry*>& of, time_point now) const;
  void watch(worker_entry& who, time_point now);
  void peek(worker_entry& who, time_point now);
  void take_replies(worker_entry& who, done_items&& what, time_point now);
  void hand_over(worker_entry& who, std::vector<task_ptr>& batch, time_point now);
  void answer(const task_ptr& what, outcome&& result);
  void fail(const task_ptr& what, failure why, int slot = -1);
  void expire(place& where, time_point now);
  void give_up(place& where, failure why, time_point now);
  bool recall(worker_entry& who, const task& what, time_point now);
  void recall_abandoned(worker_entry& who, time_point now);
  bool wait_for_arrays(const task_ptr& what, time_point now);
  std::string busy_text(const task& what) const;
  void over(const task& what);
  void take_block(outcome& result, std::uint32_t slot, const done_item& item, const std::string& kernel);
  std::optional<failure> blame_array(const task& what, std::uint32_t slot) const;
  void enqueue(task_ptr what);
  void line_up(task_ptr what);
  void left_queue(task& what, time_point now);
  bool make_room(const task_ptr& what, time_point now);
  bool could_shed_for(const task& what) const;
  bool shed_for(const task& what, const admission::obstacle& full, time_point now);
  std::chrono::milliseconds until_room(const task& what, const admission::obstacle& full) const;
  void tell_drained();
  void fail_unreachable(time_point now);
  void retry(time_point now);
  void bury(worker_entry& dead, const worker_event& event, time_point now);
  worker_entry* current(std::uint32_t slot, std::uint64_t incarnation);

  worker_port& port_;
  limits limits_;
  worker_table table_{0, limits_.ageing};
  crew crew_;
  task_queue queue_{limits_.ageing};
  lease_queue leases_;
  admission room_; ///< of tasks in queues, or waiting for arrays
  pool_phase phase_ = pool_phase::open;
  std::vector<std::function<void(bool)>> drainers_;
  std::multimap<time_point, task_ptr> retries_; ///< that have killed workers, by when they may try again
  /// Every task that has no answer yet.
  std::unordered_map<std::uint64_t, place> pending_;
  std::set<std::pair<time_point, std::uint64_t>> deadlines_;
  std::uint64_t last_id_ = 0;
  bool halted_ = false;
  std::uint64_t done_ = 0;
  std::uint64_t failed_ = 0;
  std::uint64_t expired_ = 0;
  std::uint64_t withdrawn_ = 0;
  std::uint64_t refused_ = 0;
  std::uint64_t shed_ = 0;
};

} // namespace pinion
