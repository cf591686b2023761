#include <pinion/actors/hedge.hpp>

#include <array>

namespace pinion {

namespace {

// Held by what it waits for: its requests at the dispatcher have it as the one who asked.
class hedge final : public caf::event_based_actor {
public:
  hedge(caf::actor_config& cfg, caf::actor dispatcher, task_ptr second, std::chrono::nanoseconds pause)
      : caf::event_based_actor(cfg), dispatcher_(std::move(dispatcher)), tries_{nullptr, std::move(second)},
        pause_(pause) {}

  caf::behavior make_behavior() override {
    return {
        [this](ask_atom, task_ptr& first) {
          tries_[0] = std::move(first);
          answer_ = make_response_promise<outcome_ptr>();
          attempt(0);
          delayed_send(this, pause_, wake_atom_v);
          return answer_;
        },
        [this](wake_atom) { attempt(1); },
        [this](withdraw_atom, const task_ptr&) { give_up(); },
    };
  }

  const char* name() const override { return "pinion-hedge"; }

  void on_exit() override {
    withdraw_all();
    dispatcher_ = nullptr;
  }

private:
  void attempt(std::size_t which) {
    if (sent_ > which || done_)
      return;
    sent_ = which + 1;
    request(dispatcher_, caf::infinite, ask_atom_v, tries_[which])
        .then([this, which](outcome_ptr& what) { take(which, std::move(what)); },
              [this, which](const caf::error& why) {
                take(which, std::make_shared<outcome>(outcome{failure_of(why), {}, -1}));
              });
  }

  void take(std::size_t which, outcome_ptr what) {
    tries_[which] = nullptr;
    if (done_)
      return;
    if (!what->ok() && sent_ < tries_.size())
      return attempt(sent_); // the other one may do better
    if (!what->ok() && tries_[1 - which] != nullptr)
      return; // it is still at it
    done_ = true;
    answer_.deliver(std::move(what));
    withdraw_all();
    quit();
  }

  void give_up() {
    done_ = true;
    withdraw_all();
    answer_.deliver(std::make_shared<outcome>(
        outcome{failure{actor_errc::cancelled, "withdrawn by who asked for it"}, {}, -1}));
    quit();
  }

  void withdraw_all() {
    for (std::size_t i = 0; i < sent_; ++i)
      if (const auto what = std::exchange(tries_[i], nullptr); what && dispatcher_)
        send(dispatcher_, withdraw_atom_v, what);
  }

  caf::actor dispatcher_;
  std::array<task_ptr, 2> tries_;
  std::chrono::nanoseconds pause_;
  caf::typed_response_promise<outcome_ptr> answer_;
  std::size_t sent_ = 0;
  bool done_ = false;
};

} // namespace

caf::actor spawn_hedge(caf::actor_system& system, caf::actor dispatcher, task_ptr second,
                       std::chrono::nanoseconds pause) {
  return system.spawn<hedge, caf::hidden>(std::move(dispatcher), std::move(second), pause);
}

} // namespace pinion
