#pragma once

#include <atomic>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string_view>

#include <pinion/actors/argument.hpp>
#include <pinion/shm/any_array.hpp>
#include <pinion/shm/arena.hpp>
#include <pinion/shm/array.hpp>

namespace pinion {

class emission_sink;

/// In the place of a task's number: every task is asked to stop (the worker is about to end).
inline constexpr std::uint64_t stop_every_task = ~std::uint64_t{0};

/// What a kernel that asks for `context&` can know and tell while it runs. Used by the kernel's own thread or
/// by threads that the kernel started and joins. Owns nothing: the atomics lie in the worker's control page
/// (or in the caller's memory) and outlive the call; a null pointer means that nobody is there to ask or to
/// tell.
class context {
public:
  /// Nobody listens, and arrays are made in this process's own memory: for kernels that are called directly.
  context() = default;

  /// `stop` holds the number of the task that is asked to stop, so that a request that comes too late never
  /// hits the next task; 0 asks none. `progress` is written from 0 to 1.
  context(std::uint64_t task, const std::atomic<std::uint64_t>* stop, std::atomic<double>* progress,
          arena* results = nullptr, emission_sink* emissions = nullptr) noexcept
      : task_(task), stop_(stop), progress_(progress), results_(results), emissions_(emissions) {}

  /// The number of the task; 0 when called directly.
  std::uint64_t task() const noexcept { return task_; }

  /// True once the caller gave up. A kernel that runs long asks now and then (a load, some nanoseconds) and
  /// returns early; what it returns is thrown away.
  bool stop_requested() const noexcept {
    if (!stop_)
      return false;
    // Relaxed: the flag orders nothing else.
    const auto asked = stop_->load(std::memory_order_relaxed);
    return asked == stop_every_task || (asked != 0 && asked == task_);
  }

  /// Throws task_error(cancelled) once the caller gave up.
  void throw_if_stopped() const {
    if (stop_requested())
      stopped();
  }

  /// How far the task is, from 0 to 1 (what lies outside is cut to that, not-a-number is ignored). An asker
  /// who wants to hear of it does, a hundred times a second at the most.
  void progress(double fraction) noexcept;

  /// A partial result, a number or a text, for the asker, who gets it at once and in order, if he asked for
  /// such (asking::each, task_options::partial); else this does nothing. Waits while he is too far behind.
  /// Throws task_error(bad_arguments) for a text of more than a MiB.
  template <class T>
  requires(element<T> || std::convertible_to<T, std::string_view>) void emit(const T& partial) {
    if (emissions_ == nullptr)
      return;
    if constexpr (element<T>)
      emit_packed(to_argument(partial));
    else
      emit_packed(argument(std::string(std::string_view(partial))));
  }
  /// Whether anybody hears of partial results.
  bool heard() const noexcept { return emissions_ != nullptr; }

  /// A new array in shared memory, whose elements are whatever lay there before. What the kernel returns goes
  /// to its caller without a copy; what it does not is gone with its last handle, with the task at the
  /// latest if the worker dies. Throws no_space_error, and bad_shape or overflow for an impossible shape.
  template <element T>
  array<T> make(const extents& shape, order lie = order::c) {
    return make(dtype_of<T>, shape, fill::none, lie).template as<T>();
  }
  /// The same, with all elements 0.
  template <element T>
  array<T> zeros(const extents& shape, order lie = order::c) {
    return make(dtype_of<T>, shape, fill::zero, lie).template as<T>();
  }
  any_array make(dtype type, const extents& shape, fill with = fill::none, order lie = order::c);

  /// For the worker: a result that lies in one of these arrays is the caller's from now on.
  void hand_over(const array_ref& result);
  const std::optional<arena_block>& handed_over() const noexcept { return handed_over_; }

private:
  [[noreturn]] void stopped() const;
  void emit_packed(argument what);

  std::uint64_t task_ = 0;
  const std::atomic<std::uint64_t>* stop_ = nullptr;
  std::atomic<double>* progress_ = nullptr;
  arena* results_ = nullptr;
  emission_sink* emissions_ = nullptr; ///< null: nobody listens
  std::int64_t told_ns_ = 0;           ///< when the asker last heard of the progress
  std::optional<arena_block> handed_over_;

  // Two processes share them: a lock inside would be each process's own, and so none.
  static_assert(std::atomic<std::uint64_t>::is_always_lock_free);
  static_assert(std::atomic<double>::is_always_lock_free);
};

} // namespace pinion
