#pragma once

#include <functional>
#include <memory>
#include <utility>

#include <pinion/actors/caf.hpp>
#include <pinion/actors/emission_queue.hpp>
#include <pinion/actors/task.hpp>

namespace pinion {

/// Takes the partial results of one task for an actor, on its thread alone: asks for the next ones whenever
/// those before them were handed over, and holds the outcome back until the last of them was.
template <class Self>
class asking_stream : public std::enable_shared_from_this<asking_stream<Self>> {
public:
  using hear = std::function<void(const emission&)>;

  asking_stream(Self* self, caf::actor dispatcher, task_ptr what, hear each)
      : self_(self), dispatcher_(std::move(dispatcher)), what_(std::move(what)), each_(std::move(each)) {}

  asking_stream(const asking_stream&) = delete;
  asking_stream& operator=(const asking_stream&) = delete;
  /// The actor has gone, or was told the outcome: no kernel waits for it.
  ~asking_stream() { what_->emitted()->close(); }

  /// A task_error that `each` throws goes to `on_error`; then nothing else is told, and the task is
  /// withdrawn.
  void start(std::function<void(const failure&)> on_error) {
    on_error_ = std::move(on_error);
    pull();
  }
  /// The outcome is there: `tell` is called when it is its turn.
  void finish(std::function<void()> tell) {
    if (!each_)
      return; // somebody was told of an error
    tell_ = std::move(tell);
    if (over_)
      end();
  }

private:
  void pull() {
    const auto me = this->shared_from_this();
    self_->request(dispatcher_, caf::infinite, next_atom_v, what_)
        .then([me] { me->take(); },
              [me](const caf::error&) {
                me->over_ = true; // the dispatcher is gone, which the outcome tells of
                if (me->tell_)
                  me->end();
              });
  }

  void take() {
    try {
      for (const auto& one : what_->emitted()->take(over_))
        if (each_)
          each_(one);
    } catch (const task_error& why) {
      what_->emitted()->close();
      each_ = nullptr;
      self_->send(dispatcher_, withdraw_atom_v, what_);
      return on_error_(why.why());
    }
    if (!over_)
      return pull();
    if (tell_)
      end();
  }

  void end() {
    const auto tell = std::exchange(tell_, nullptr);
    each_ = nullptr;
    tell();
  }

  Self* self_;
  caf::actor dispatcher_;
  task_ptr what_;
  hear each_;
  std::function<void(const failure&)> on_error_;
  std::function<void()> tell_;
  bool over_ = false; ///< no partial result will come any more
};

} // namespace pinion
