#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <boost/intrusive/set_hook.hpp>

#include <pinion/actors/clock.hpp>
#include <pinion/actors/outcome.hpp>
#include <pinion/shm/lease_table.hpp>

namespace pinion {

/// What becomes of a task whose arrays are in use by tasks that came before it.
enum class busy_policy : std::uint8_t {
  wait,   ///< it gets its turn when they are done
  refuse, ///< it fails at once with array_busy
};

/// What a caller may say of one task beside kernel and arguments.
struct task_options {
  /// From submission to answer; when it passes, the caller gets deadline_passed and a worker that is still at
  /// it is asked to stop, and killed after the node's grace. None = the node's task_timeout.
  std::optional<std::chrono::nanoseconds> timeout;
  int priority = 0; ///< higher goes first
  /// May run again if its worker dies after it had begun; also where its kernel was added as idempotent.
  bool idempotent = false;
  int attempts = 0; ///< of an idempotent task: workers that may die of it; 0 = the node's, 3
  int worker = -1;  ///< a slot, or -1 for any
  /// None = as the node is told (refuse_busy).
  std::optional<busy_policy> when_busy;
  /// Its partial results are wanted (future::each); an actor says so with asking::each.
  bool partial = false;
  /// Whose task it is, where many ask through one node: clients take turns, and each has limits of its own
  /// (max_client_queue). Any number that tells one from another; connections of `pinion call` have theirs.
  std::uint64_t client = 0;
};

/// A task's place in an ordered queue.
using queue_hook = boost::intrusive::set_member_hook<boost::intrusive::optimize_size<true>>;

/// What a task with arrays needs of them; many tasks have none.
struct array_needs {
  /// The leases, one for each array: to read where the kernel takes view<const T>, else to write.
  std::vector<claim> claims;
  /// Which argument each is for, counted from 0.
  std::vector<std::uint8_t> claimed;
  /// What must live until the task is over: the blocks.
  std::vector<std::shared_ptr<const void>> holds;
};

class promise;
class emission_queue;

/// What few tasks have.
struct task_extras {
  /// Set when it was refused before it was sent (an unknown kernel, a wrong argument): its outcome.
  std::unique_ptr<failure> refused;
  /// Its place where tasks wait for room before they come to the dispatcher; dropped once it has left the
  /// queue.
  std::shared_ptr<const void> ticket;
  /// Where its partial results go; null: nobody wants them.
  std::shared_ptr<emission_queue> emitted;
};

/// One call of a kernel on its way. Made by a caller's thread, from then on the dispatcher's alone.
struct task {
  std::uint64_t id = 0; ///< given by the dispatcher; unique within its node
  std::uint32_t kernel = 0;
  std::string kernel_name;
  std::string arguments; ///< packed by wire.hpp
  task_options options;
  time_point deadline = never;
  std::unique_ptr<array_needs> arrays; ///< null: it has none
  /// Who is told the outcome, once, on the dispatcher's thread: a future, or else a function that must not
  /// block.
  std::shared_ptr<promise> answer;
  std::unique_ptr<const std::function<void(outcome&&)>> on_done;
  std::unique_ptr<task_extras> extras; ///< null: it has none
  /// When the dispatcher took it in, and when it was handed to a worker, as in task_stamps.
  std::int64_t queued_ns = 0;
  std::int64_t sent_ns = 0;
  /// For task_queue alone, which keeps the task while it is there.
  queue_hook turn_hook;
  queue_hook merit_hook;
  std::shared_ptr<task> in_queue;
  bool abandoned = false; ///< answered while a worker had it; nobody waits for its result
  int deaths = 0;         ///< workers that died while they ran it
  int lost = 0;           ///< workers that died before they began it

  task() = default;
  task(const task&) = delete;
  task& operator=(const task&) = delete;
  std::span<const claim> claims() const noexcept {
    return arrays ? std::span<const claim>(arrays->claims) : std::span<const claim>();
  }
  array_needs& needs() {
    if (!arrays)
      arrays = std::make_unique<array_needs>();
    return *arrays;
  }

  /// Null: it was not refused.
  const failure* refused() const noexcept { return extras ? extras->refused.get() : nullptr; }
  const std::shared_ptr<emission_queue>& emitted() const noexcept {
    static const std::shared_ptr<emission_queue> none;
    return extras ? extras->emitted : none;
  }
  task_extras& more() {
    if (!extras)
      extras = std::make_unique<task_extras>();
    return *extras;
  }
  /// REQUIRES: it has no future.
  void tell(std::function<void(outcome&&)> whom) {
    on_done = std::make_unique<const std::function<void(outcome &&)>>(std::move(whom));
  }

  /// Tells whoever waits for it; the first time only. Lets out what a function throws.
  void settle(outcome&& result);

  /// A task that is dropped without an answer, with a message that nobody takes any more, still gives one.
  ~task();
};

using task_ptr = std::shared_ptr<task>;

} // namespace pinion
