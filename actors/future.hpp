#pragma once

#include <chrono>
#include <type_traits>
#include <utility>

#include <pinion/actors/clock.hpp>
#include <pinion/actors/promise.hpp>
#include <pinion/actors/result.hpp>

namespace pinion {

/// The result of a task for a plain thread. R is the kernel's result type: a number, std::string, array<T> or
/// any_array for what the kernel made, void, or argument for any.
/// Movable and copyable; copies look at the same result. May be waited for by any thread that is not an
/// actor's; dropping it does not stop the task.
template <class R>
class future {
public:
  future() = default;
  explicit future(promise_ptr state) : state_(std::move(state)) {}

  /// False for a future that was default constructed; all else is undefined then.
  bool valid() const noexcept { return state_ != nullptr; }
  /// True if get() would not wait.
  bool ready() const { return state_->ready(); }
  void wait() const { state_->wait(); }

  /// False if the time passes first; the task goes on (a limit on the work itself is task_options::timeout).
  template <class Rep, class Period>
  bool wait_for(std::chrono::duration<Rep, Period> span) const {
    return state_->wait_until(
        after(steady_clock::now(), std::chrono::duration_cast<std::chrono::nanoseconds>(span)));
  }

  /// Waits, and gives the result. Throws task_error with the reason if there is none, wrong_result_type if it
  /// is no R, would_block on an actor's thread. May be called again.
  R get() const {
    const auto& what = state_->wait();
    if (!what.ok())
      throw task_error(std::get<failure>(what.result));
    return from_outcome<R>(what);
  }

  /// Waits; when the task passed each station. Of a failed task too.
  const task_stamps& stamps() const { return state_->wait().stamps; }
  /// Waits; all of it: result or failure, stamps, and what keeps a result's elements.
  const outcome& whole() const { return state_->wait(); }
  /// Waits; the slot that ran it, -1 if none did.
  int worker() const { return state_->wait().worker; }

private:
  promise_ptr state_;
};

} // namespace pinion
