#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <pinion/actors/array_fault.hpp>
#include <pinion/actors/task_wire.hpp>
#include <pinion/shm/origin.hpp>
#include <pinion/shm/stored_array.hpp>

namespace pinion {

/// What the dispatcher's engine needs of the world: a way to its workers. The dispatcher actor implements it
/// with messages, control pages and the keeper of the processes; tests with a list. Called on the
/// dispatcher's thread only; none of the calls may block or call back.
class worker_port {
public:
  virtual ~worker_port() = default;
  /// Hands a batch of tasks (task_wire.hpp) to a worker that has said hello.
  virtual void run(std::uint32_t slot, std::string batch) = 0;
  /// Asks the worker's kernel to stop, if it is still at this task.
  virtual void ask_to_stop(std::uint32_t slot, std::uint64_t task) = 0;
  /// Ends this process of the slot, if it still is the one; `why` is said of its end.
  virtual void kill(std::uint32_t slot, std::uint64_t incarnation, const std::string& why) = 0;
  /// Sends a worker home that has nothing to do; its successor is started at once if `again`, else when it is
  /// called for. `why` is said of its end.
  virtual void dismiss(std::uint32_t slot, std::uint64_t incarnation, bool again, const std::string& why) = 0;
  /// Starts a process in a slot that rests.
  virtual void call_in(std::uint32_t slot) = 0;
  /// Has the slot's process run on the processors of the n-th worker of a pool.
  virtual void post(std::uint32_t slot, std::uint32_t place) = 0;
  /// From now on the pool is so many workers, and their processors are divided anew; slots below `slots` may
  /// be called in.
  virtual void resize(std::size_t workers, std::size_t slots) = 0;
  /// How many tasks the slot's process has begun since it started, by its control page.
  virtual std::uint64_t begun(std::uint32_t slot) const = 0;
  /// The task at hand in the slot's process, 0 = none, by its control page.
  virtual std::uint64_t running(std::uint32_t slot) const = 0;
  /// What the slot's process, alive or dead, has noted as finished since this was last asked; some of it may
  /// have come as replies too (reply_journal.hpp).
  virtual std::vector<done_item> finished(std::uint32_t slot) = 0;
  /// A block of the slot's arena that came with a result: what keeps it. `facts` are what people are told of
  /// it. Throws shm_error for one that cannot be.
  virtual std::shared_ptr<const origin> take_over(std::uint32_t slot, const arena_block& block,
                                                  stored_array facts) = 0;
  /// What the slot's dead process died of, where that was one of its task's arrays.
  virtual array_fault fault(std::uint32_t slot) const = 0;
};

} // namespace pinion
