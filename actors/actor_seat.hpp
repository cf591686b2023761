#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>

#include <pinion/actors/actor_context.hpp>
#include <pinion/actors/caf.hpp>
#include <pinion/actors/kernel_registry.hpp>
#include <pinion/shm/control_page.hpp>

namespace pinion {

/// What an actor's seat takes from the process around it. All of it outlives the seat.
struct actor_seat_setup {
  const kernel_registry* kernels = nullptr;
  control_page* page = nullptr;
  hello greeting;
  /// The node's end of the link.
  caf::io::scribe_ptr link;
  /// Called on the I/O thread once: the process is to end; `well`: as it should.
  std::function<void(bool well)> leave;
};

/// In the process of an actor of the user's: says hello to its stand-in in the node, makes the actor that it
/// is told to, hands letters to it in order, and takes its answers back. A broker on the process's I/O
/// thread; holds the actor.
class actor_seat final : public caf::io::broker {
public:
  actor_seat(caf::actor_config& cfg, actor_seat_setup setup);
  caf::behavior make_behavior() override;
  caf::invoke_message_result consume(caf::mailbox_element& what) override;
  void on_exit() override;
  const char* name() const override { return "pinion-seat"; }

private:
  void begin(const begin_actor& what);
  void deliver(letter& what);
  void end(const caf::error& why);

  actor_seat_setup setup_;
  mapper maps_; ///< the actor's, from the moment it is made
  std::unique_ptr<actor_context> here_;
  caf::actor stand_in_;
  caf::actor actor_;
  std::set<std::uint64_t> open_; ///< letters without an answer
  caf::error fault_;             ///< what a handler threw
  bool well_ = true;
};

/// Starts one on the system's I/O thread.
caf::actor spawn_actor_seat(caf::actor_system& system, actor_seat_setup setup);

} // namespace pinion
