#pragma once

#include <chrono>
#include <coroutine>
#include <type_traits>
#include <utility>

#include <pinion/actors/clock.hpp>
#include <pinion/actors/emission_queue.hpp>
#include <pinion/actors/promise.hpp>
#include <pinion/actors/result.hpp>

namespace pinion {

/// The result of a task for a plain thread. R is the kernel's result type: a number, std::string, array<T> or
/// any_array for what the kernel made, void, or argument for any.
/// Movable and copyable; copies look at the same result. May be waited for by any thread that is not an
/// actor's; dropping it does not stop the task. Those who will not wait use then() or co_await.
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
  R get() const { return result_of(state_->wait()); }

  /// Waits for the task, and calls `what(T)`, or `what(T, double progress)`, on this thread with each partial
  /// result (context::emit) as it comes; then get() does not wait. Once, and before anything else is
  /// asked of this future (get, wait, ready, then, co_await), which would drop them; the task must have been
  /// submitted with task_options::partial. Throws task_error: bad_arguments without that, wrong_result_type
  /// for a partial result that is no T, would_block on an actor's thread.
  template <class T, class Call>
  void each(Call what) const {
    const auto from = emissions_of(*state_);
    for (bool over = false; !over;) {
      from->wait();
      for (const auto& one : from->take(over)) {
        if (std::holds_alternative<std::monostate>(one.what))
          continue;
        if constexpr (std::is_invocable_v<Call&, T, double>)
          what(from_argument<T>(one.what), one.progress);
        else
          what(from_argument<T>(one.what));
      }
    }
    state_->wait();
  }

  /// Calls `what(future)` once the outcome is there, also when that is a failure; one after the other, on a
  /// thread of the node's for this (Python's add_done_callback). It may take its time, and holds up other
  /// such calls meanwhile. What it throws is logged and dropped.
  template <class Call>
  void then(Call what) const {
    state_->then([me = *this, what = std::move(what)]() mutable { what(me); });
  }

  /// Gives the task up: one that waits for a worker is gone at once, one that runs is asked to stop
  /// (context::stop_requested), and its worker killed and replaced after the node's grace if it does not.
  /// The outcome is cancelled then, unless it was there before. Does not wait.
  void cancel() const { state_->cancel(); }

  // -- co_await: the coroutine goes on on the thread of then() --------------------

  bool await_ready() const { return state_->ready(); }
  void await_suspend(std::coroutine_handle<> who) const {
    // The coroutine may be gone, and this future with it, before then() has returned.
    const auto kept = state_;
    kept->then([who] { who.resume(); });
  }
  R await_resume() const { return result_of(state_->get()); }

  /// For those who wait for many (wait.hpp).
  const promise_ptr& state() const noexcept { return state_; }

  /// Waits; when the task passed each station. Of a failed task too.
  const task_stamps& stamps() const { return state_->wait().stamps; }
  /// Waits; all of it: result or failure, stamps, and what keeps a result's elements.
  const outcome& whole() const { return state_->wait(); }
  /// Waits; the slot that ran it, -1 if none did.
  int worker() const { return state_->wait().worker; }

private:
  static const std::shared_ptr<emission_queue>& emissions_of(const promise& state) {
    if (!state.emitted())
      throw task_error(actor_errc::bad_arguments,
                       "this task was submitted without task_options::partial, so it has no partial results");
    return state.emitted();
  }
  static R result_of(const outcome& what) {
    if (!what.ok())
      throw task_error(std::get<failure>(what.result));
    return from_outcome<R>(what);
  }

  promise_ptr state_;
};

} // namespace pinion
