#include <pinion/actors/compute.hpp>

#include <utility>

#include <pinion/actors/join_link.hpp>

namespace pinion {

compute::compute(caf::actor_config& cfg, compute_setup setup)
    : caf::io::broker(cfg), setup_(std::move(setup)) {}

caf::behavior compute::make_behavior() {
  set_down_handler([this](caf::down_msg&) { quit(); });
  join_link(this, std::move(setup_.link), setup_.greeting,
            [this](const caf::actor& dispatcher) { dispatcher_ = dispatcher; });
  return {
      [this](run_batch& batch) {
        const bool idle = !setup_.engine->pending();
        setup_.engine->enqueue(std::move(batch.bytes));
        if (idle && setup_.engine->pending() && setup_.engine->next_is_short())
          send(dispatcher_, done_batch{setup_.engine->step()});
      },
      [this](const drop_segment& segment) { setup_.engine->drop(segment.name); },
      [this](const free_block& block) {
        setup_.engine->free({block.offset, block.size});
      },
      [this](const farewell&) { quit(); },
      [this](run_atom) {
        if (setup_.engine->pending() && dispatcher_)
          send(dispatcher_, done_batch{setup_.engine->step()});
      },
  };
}

void compute::on_exit() {
  dispatcher_ = nullptr;
  setup_.leave();
}

compute_handle spawn_compute(caf::actor_system& system, compute_setup setup) {
  auto* engine = setup.engine;
  caf::actor_config cfg{&system.middleman().backend()};
  auto actor = system.spawn_impl<compute, caf::hidden>(cfg, std::move(setup));
  auto work = [engine, actor] {
    if (!engine->pending())
      return false;
    caf::anon_send(actor, run_atom_v);
    return true;
  };
  return {actor, work};
}

} // namespace pinion
