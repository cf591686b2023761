#include <pinion/actors/compute.hpp>

#include <utility>

#include <caf/io/basp_broker.hpp>

namespace pinion {

namespace {

// The node answers a handshake at once, or it is not there any more.
constexpr auto handshake_time = std::chrono::seconds{10};

} // namespace

compute::compute(caf::actor_config& cfg, compute_setup setup)
    : caf::io::broker(cfg), setup_(std::move(setup)) {}

caf::behavior compute::make_behavior() {
  set_down_handler([this](caf::down_msg&) { quit(); });
  connect();
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

void compute::connect() {
  auto basp = system().middleman().named_broker<caf::io::basp_broker>(caf::atom("BASP"));
  request(basp, handshake_time, caf::connect_atom_v, std::move(setup_.link), std::uint16_t{0})
      .then([this](const caf::node_id&, const caf::strong_actor_ptr& whom,
                   const std::set<std::string>&) { greet(whom); },
            [this](const caf::error&) { quit(); });
}

void compute::greet(const caf::strong_actor_ptr& dispatcher) {
  if (!dispatcher)
    return quit();
  dispatcher_ = caf::actor_cast<caf::actor>(dispatcher);
  monitor(dispatcher_);
  send(dispatcher_, setup_.greeting);
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
