#pragma once

#include <condition_variable>
#include <coroutine>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <type_traits>
#include <utility>

#include <pinion/actors/actor_thread.hpp>
#include <pinion/actors/error.hpp>

namespace pinion {

namespace detail {

// Shared by a coroutine that runs and those who want its result.
template <class R>
class coroutine_state {
public:
  using stored = std::conditional_t<std::is_void_v<R>, bool, R>;

  void finish(std::optional<stored> value, std::exception_ptr why) {
    std::coroutine_handle<> next;
    {
      std::lock_guard lock(mutex_);
      value_ = std::move(value);
      why_ = std::move(why);
      done_ = true;
      next = std::exchange(next_, {});
      changed_.notify_all();
    }
    if (next)
      next.resume();
  }
  bool done() const {
    std::lock_guard lock(mutex_);
    return done_;
  }
  void wait() const {
    if (on_actor_thread())
      throw task_error(actor_errc::would_block,
                       "a coroutine was waited for on an actor's thread; co_await it");
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return done_; });
  }
  // False if it is done already.
  bool go_on_with(std::coroutine_handle<> who) {
    std::lock_guard lock(mutex_);
    if (done_)
      return false;
    next_ = who;
    return true;
  }
  // REQUIRES: done().
  R result() const {
    if (why_)
      std::rethrow_exception(why_);
    if constexpr (!std::is_void_v<R>)
      return *value_;
  }

private:
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  // All below is guarded by mutex_, constant once done.
  bool done_ = false;
  std::optional<stored> value_;
  std::exception_ptr why_;
  std::coroutine_handle<> next_;
};

template <class R>
struct coroutine_end {
  std::shared_ptr<coroutine_state<R>> state = std::make_shared<coroutine_state<R>>();
  void return_value(R value) { state->finish(std::move(value), nullptr); }
};
template <>
struct coroutine_end<void> {
  std::shared_ptr<coroutine_state<void>> state = std::make_shared<coroutine_state<void>>();
  void return_void() { state->finish(true, nullptr); }
};

} // namespace detail

/// A function that awaits tasks:
///     pinion::coroutine<double> norm(pinion::node& n, pinion::array<double> a) {
///       co_return std::sqrt(co_await n.submit<double>("dot", a, a));
///     }
/// It runs on its caller's thread until it awaits something that is not there, and goes on where results are
/// told (future::then). It may be awaited, once, or waited for with get(), and need not be. Arguments are
/// copied into it unless they are references, which must stay good until it ends.
template <class R>
class coroutine {
public:
  struct promise_type : detail::coroutine_end<R> {
    coroutine get_return_object() { return coroutine(this->state); }
    std::suspend_never initial_suspend() const noexcept { return {}; }
    std::suspend_never final_suspend() const noexcept { return {}; }
    void unhandled_exception() { this->state->finish(std::nullopt, std::current_exception()); }
  };

  bool ready() const { return state_->done(); }
  /// Waits; throws what the function threw, and would_block on an actor's thread.
  R get() const {
    state_->wait();
    return state_->result();
  }

  bool await_ready() const { return state_->done(); }
  bool await_suspend(std::coroutine_handle<> who) const { return state_->go_on_with(who); }
  R await_resume() const { return state_->result(); }

private:
  explicit coroutine(std::shared_ptr<detail::coroutine_state<R>> state) : state_(std::move(state)) {}

  std::shared_ptr<detail::coroutine_state<R>> state_;
};

} // namespace pinion
