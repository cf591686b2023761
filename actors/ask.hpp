#pragma once

#include <memory>
#include <utility>

#include <pinion/actors/caf.hpp>
#include <pinion/actors/result.hpp>
#include <pinion/actors/task.hpp>

namespace pinion {

/// A task that an actor is about to ask for: say what is to happen with then(). The actor goes on at once;
/// one of the two functions is called later, as a message of its own, on the actor's own thread.
///
/// The dispatcher always answers, within the task's timeout if it has one, also when workers die or the node
/// stops; so CAF's own request timer, which 0.17.6 never cancels, is left out.
template <class R, class Self>
class asking {
public:
  asking(Self* self, caf::actor dispatcher, task_ptr what)
      : self_(self), dispatcher_(std::move(dispatcher)), what_(std::move(what)) {}

  /// `on_result(R)`, or `on_result()` for void, or `on_result(R, const task_stamps&)`; `on_error(const
  /// caf::error&)`, see text_of() and code_of().
  template <class OnResult, class OnError>
  void then(OnResult on_result, OnError on_error) && {
    self_->request(dispatcher_, caf::infinite, ask_atom_v, what_)
        .then(
            [on_result = std::move(on_result), on_error](outcome_ptr& what) mutable {
              if (auto* why = std::get_if<failure>(&what->result))
                return on_error(to_caf_error(*why));
              try {
                deliver(on_result, *what);
              } catch (const task_error& why) {
                on_error(to_caf_error(why.why()));
              }
            },
            [on_error](caf::error& why) mutable { on_error(static_cast<const caf::error&>(why)); });
  }

  /// For those who ask for several at once (fan_out.hpp).
  Self* self() const noexcept { return self_; }
  const caf::actor& dispatcher() const noexcept { return dispatcher_; }
  const task_ptr& task() const noexcept { return what_; }

private:
  template <class OnResult>
  static void deliver(OnResult& on_result, outcome& what) {
    if constexpr (std::is_void_v<R>)
      on_result();
    else if constexpr (std::is_invocable_v<OnResult&, R, const task_stamps&>)
      on_result(from_outcome<R>(what), what.stamps);
    else
      on_result(from_outcome<R>(what));
  }

  Self* self_;
  caf::actor dispatcher_;
  task_ptr what_;
};

} // namespace pinion
