#pragma once

#include <functional>
#include <string>

#include <pinion/actors/caf.hpp>
#include <pinion/actors/compute_engine.hpp>

namespace pinion {

/// What a compute actor takes from the worker around it. All of it outlives the actor.
struct compute_setup {
  compute_engine* engine = nullptr;
  hello greeting;
  /// The node's end of the link, to be given to CAF's broker for the network.
  caf::io::scribe_ptr link;
  /// Called on the I/O thread once: the worker has nothing more to do.
  std::function<void()> leave;
};

/// The actor of a worker process: says hello to its node, runs what it is sent. A broker, so it lives on the
/// worker's I/O thread and a small task costs no hand-off. A task that comes while nothing waits is run in
/// its own message; what is left after a slice is run by the loop (work()) between looks at the link, so that
/// replies leave in between.
class compute final : public caf::io::broker {
public:
  compute(caf::actor_config& cfg, compute_setup setup);
  caf::behavior make_behavior() override;
  void on_exit() override;
  const char* name() const override { return "pinion-compute"; }

private:
  compute_setup setup_;
  caf::actor dispatcher_;
};

/// A compute actor and the work that it leaves to the loop of its thread.
struct compute_handle {
  caf::actor actor;
  /// Runs a slice of what waits; false if nothing did. On the I/O thread only.
  std::function<bool()> work;
};

compute_handle spawn_compute(caf::actor_system& system, compute_setup setup);

} // namespace pinion
