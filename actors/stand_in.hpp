#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <pinion/actors/actor_status.hpp>
#include <pinion/actors/closing_broker.hpp>
#include <pinion/actors/kernel_registry.hpp>
#include <pinion/actors/letter_box.hpp>
#include <pinion/actors/worker_event.hpp>

namespace pinion {

/// A message for an actor with a process of its own, and who waits for its answer.
struct mail {
  caf::message content;
  caf::response_promise answer;
  bool asked = false; ///< by a request
};

/// What a stand-in takes from the node around it. The functions are called on its thread, must not block and
/// outlive it.
struct stand_in_setup {
  begin_actor begin; ///< what its process is told; `life` is filled in
  letter_box<mail>::limits box;
  bool wait_for_restart = true; ///< messages that come while no process is ready wait for one, or fail
  std::optional<std::chrono::nanoseconds> timeout; ///< of each message
  std::uint64_t fingerprint = 0;                   ///< of the kernels that its process must have
  std::shared_ptr<const kernel_registry> kernels;  ///< for the types in messages
  std::function<void(std::uint64_t incarnation, std::string why)> kill;
  /// The process is to end, and no other to follow.
  std::function<void(std::uint64_t incarnation, std::string why)> dismiss;
  std::function<void(std::uint64_t incarnation)> greeted;
  /// After each change.
  std::function<void(const actor_status& now)> tell;
};

/// The handle of an actor that has a process of its own, for all its processes: takes messages of any kind,
/// hands them on, brings the answers back, and answers with an error what died with a process. Whoever holds
/// it need not know of restarts. On the node's I/O thread; the node holds it.
///
/// Each letter is watched and timed here, since CAF answers nothing of its own for a link that closed.
class stand_in final : public closing_broker {
public:
  stand_in(caf::actor_config& cfg, stand_in_setup setup);
  caf::behavior make_behavior() override;
  void on_exit() override;
  const char* name() const override { return "pinion-stand-in"; }

private:
  caf::response_promise take(caf::message content);
  std::optional<failure> refuse(const caf::message& content, std::size_t& bytes);
  void send_letters();
  std::uint64_t seen() const;
  void answered(std::uint64_t number, caf::message content);
  void refused(std::uint64_t number, const caf::error& why);
  void fail(mail& what, failure why);
  void fail_all(actor_errc code, const std::string& why);
  void greet(const hello& who);
  void hear(const worker_event_ptr& event);
  void over(const caf::error& why);
  void unheard(std::uint64_t incarnation);
  void wait_for_end();
  void settle();
  void give_up();
  void finish(actor_status::state how, actor_errc code, const std::string& why);
  void expire();
  void arm();
  bool from_seat();

  stand_in_setup setup_;
  letter_box<mail> box_;
  actor_status now_;
  caf::actor seat_;               ///< in the process; null: none is ready, or its link is down
  std::uint64_t incarnation_ = 0; ///< of the process that there is; 0: none
  std::uint64_t last_incarnation_ = 0;
  std::shared_ptr<control_page> page_;
  worker_event_ptr end_;          ///< the process ended; its link is still being read
  worker_event_ptr next_;         ///< its successor, which started before that was over
  std::string last_words_;        ///< of the actor's own, when it ends
  std::optional<failure> closed_; ///< it takes no more messages, for this reason
  bool ever_up_ = false;
  time_point armed_for_ = never;
  std::uint64_t timer_ = 0;
};

/// Starts one on the system's I/O thread. The caller holds the handle.
caf::actor spawn_stand_in(caf::actor_system& system, stand_in_setup setup);

} // namespace pinion
