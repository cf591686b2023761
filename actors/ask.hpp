#pragma once

#include <functional>
#include <memory>
#include <type_traits>
#include <utility>

#include <pinion/actors/asking_stream.hpp>
#include <pinion/actors/caf.hpp>
#include <pinion/actors/result.hpp>
#include <pinion/actors/task.hpp>
#include <pinion/actors/task_owner.hpp>

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

  /// `on_partial(T)`, or `on_partial(T, double progress)`, is called with each partial result
  /// (context::emit), in order, before then()'s. One that is no T fails the task with wrong_result_type. A
  /// task that runs again since its worker died begins anew.
  template <class T, class OnPartial>
  asking each(OnPartial on_partial) && {
    listen([on_partial = std::move(on_partial)](const emission& one) mutable {
      if (std::holds_alternative<std::monostate>(one.what))
        return;
      if constexpr (std::is_invocable_v<OnPartial&, T, double>)
        on_partial(from_argument<T>(one.what), one.progress);
      else
        on_partial(from_argument<T>(one.what));
    });
    return std::move(*this);
  }
  /// `on_progress(double)`, from 0 to 1, is called as the kernel says how far it is (context::progress).
  template <class OnProgress>
  asking progress(OnProgress on_progress) && {
    listen(
        [on_progress = std::move(on_progress)](const emission& one) mutable { on_progress(one.progress); });
    return std::move(*this);
  }

  /// `on_result(R)`, or `on_result()` for void, or `on_result(R, const task_stamps&)`; `on_error(const
  /// caf::error&)`, see text_of() and code_of().
  template <class OnResult, class OnError>
  void then(OnResult on_result, OnError on_error) && {
    auto tell = [on_result = std::move(on_result), on_error](outcome& what) mutable {
      try {
        deliver(on_result, what);
      } catch (const task_error& why) {
        on_error(to_caf_error(why.why()));
      }
    };
    if (!hears_)
      return request([tell](const outcome_ptr& what) mutable { tell(*what); }, on_error);
    what_->more().emitted = std::make_shared<emission_queue>();
    auto stream = std::make_shared<asking_stream<Self>>(self_, dispatcher_, what_, std::move(hears_));
    request(
        [stream, tell](const outcome_ptr& what) { stream->finish([tell, what]() mutable { tell(*what); }); },
        [stream, on_error](const caf::error& why) {
          stream->finish([on_error, why]() mutable { on_error(why); });
        });
    stream->start([on_error](const failure& why) mutable { on_error(to_caf_error(why)); });
  }

  /// For those who ask for several at once (fan_out.hpp).
  Self* self() const noexcept { return self_; }
  const caf::actor& dispatcher() const noexcept { return dispatcher_; }
  const task_ptr& task() const noexcept { return what_; }

private:
  template <class Hear>
  void listen(Hear hear) {
    if (!hears_)
      hears_ = std::move(hear);
    else
      hears_ = [first = std::move(hears_), hear = std::move(hear)](const emission& one) mutable {
        first(one);
        hear(one);
      };
  }

  template <class OnOutcome, class OnError>
  void request(OnOutcome on_outcome, OnError on_error) {
    auto* const owner = owner_in(self_);
    if (owner != nullptr)
      owner->began(dispatcher_, what_);
    const auto ended = [owner, what = owner != nullptr ? what_ : nullptr] {
      if (owner != nullptr)
        owner->ended(what);
    };
    self_->request(dispatcher_, caf::infinite, ask_atom_v, what_)
        .then(
            [on_outcome = std::move(on_outcome), on_error, ended](const outcome_ptr& what) mutable {
              ended();
              if (auto* why = std::get_if<failure>(&what->result))
                return on_error(to_caf_error(*why));
              on_outcome(what);
            },
            [on_error, ended](caf::error& why) mutable {
              ended();
              on_error(static_cast<const caf::error&>(why));
            });
  }

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
  std::function<void(const emission&)> hears_;
};

} // namespace pinion
