#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include <pinion/actors/argument_map.hpp>
#include <pinion/actors/emission_sink.hpp>
#include <pinion/actors/kernel_registry.hpp>
#include <pinion/actors/task_wire.hpp>
#include <pinion/shm/arena.hpp>
#include <pinion/shm/control_page.hpp>
#include <pinion/shm/mapper.hpp>

namespace pinion {

/// What a compute actor does, without an actor: keeps the tasks it was sent, runs them one after the other,
/// and packs what became of them. One thread, the worker's I/O thread; registry, control page and arena
/// outlive it.
class compute_engine {
public:
  /// `emissions`: where partial results go; null: nowhere.
  compute_engine(const kernel_registry& kernels, control_page& page, std::uint32_t slot,
                 std::uint64_t incarnation, arena* results = nullptr, emission_sink* emissions = nullptr);

  /// Takes a batch in. Throws task_error(bad_arguments) for bytes that are none; then nothing of it is kept.
  void enqueue(std::string batch);
  bool pending() const noexcept { return !waiting_.empty(); }
  /// Runs waiting tasks, for about a slice of time but at least one, and returns their done_batch.
  /// REQUIRES: pending().
  std::string step();
  /// True if the next task is known to be short: it may run before the replies to those before it have left.
  bool next_is_short() const noexcept;
  /// Unmaps a segment that its owner gave up, and others that are gone by now.
  void drop(const std::string& segment);
  /// The node needs the block of a result no more.
  void free(const arena_block& block) noexcept;
  /// For the worker's signal handler.
  const argument_map& arguments() const noexcept { return where_; }

private:
  struct job {
    std::shared_ptr<const std::string> bytes; ///< keeps what item points into
    run_item item;
  };

  done_item run(const run_item& item, std::int64_t now);

  /// Replies leave when a step ends: long enough to spare messages, short enough to keep nobody waiting.
  static constexpr std::chrono::nanoseconds slice = std::chrono::microseconds{100};

  const kernel_registry& kernels_;
  control_page& page_;
  std::uint32_t slot_;
  std::uint64_t incarnation_;
  arena* results_;
  emission_sink* emissions_;
  mapper mapper_;
  argument_map where_;
  std::deque<job> waiting_;
  std::vector<std::int64_t> slowest_; ///< by kernel: its longest run here lately, 0 = never ran
  std::vector<argument> arguments_;   ///< lends its memory from task to task
  std::int64_t cpu_ns_ = 0;           ///< this thread's processor time when the last task ended
};

} // namespace pinion
