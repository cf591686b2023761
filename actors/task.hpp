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

/// One call of a kernel on its way. Made by a caller's thread, from then on the dispatcher's alone.
struct task {
  std::uint64_t id = 0; ///< given by the dispatcher; unique within its node
  std::uint32_t kernel = 0;
  std::string kernel_name;
  std::string arguments; ///< packed by wire.hpp
  task_options options;
  time_point deadline = never;
  std::unique_ptr<array_needs> arrays; ///< null: it has none
  /// Set when it was refused before it was sent (an unknown kernel, a wrong argument): its outcome.
  std::unique_ptr<failure> refused;
  /// Who is told the outcome, once, on the dispatcher's thread: a future, or else a function that must not
  /// block.
  std::shared_ptr<promise> answer;
  std::function<void(outcome&&)> on_done;
  task_stamps stamps;
  /// Its place where tasks wait for room before they come to the dispatcher; dropped once it has left the
  /// queue.
  std::shared_ptr<const void> ticket;
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

  /// Tells whoever waits for it; the first time only. Lets out what a function throws.
  void settle(outcome&& result);

  /// A task that is dropped without an answer, with a message that nobody takes any more, still gives one.
  ~task();
};

using task_ptr = std::shared_ptr<task>;

} // namespace pinion
