#include <pinion/runtime/node_parts.hpp>

#include <algorithm>
#include <future>
#include <thread>
#include <utility>

#include <spdlog/spdlog.h>

#include <pinion/actors/dispatcher.hpp>
#include <pinion/actors/logger_hold.hpp>
#include <pinion/actors/throw_trace.hpp>
#include <pinion/runtime/frame_names.hpp>
#include <pinion/runtime/link.hpp>
#include <pinion/runtime/short_slice.hpp>

namespace pinion {

namespace {

// Long enough for an idle worker to leave by itself; a busy one's result is not wanted any more.
constexpr auto leave_time = std::chrono::milliseconds{250};
} // namespace

void node::parts::make_system() {
  // For the I/O thread and the scheduler's, which start here: requests are met while kernels compute.
  const short_slice inherited;
  const logger_hold for_now;
  own_config = std::make_unique<system_config>(settings.scheduler_threads, *kernels);
  own_system = std::make_unique<caf::actor_system>(*own_config);
  system = own_system.get();
  const auto spin = setup.where.io_alone ? setup.spin_us : 0;
  loop = std::make_unique<io_loop>(*system, std::chrono::microseconds{spin});
  // Until now the loop belongs to this thread, as it made the system.
  std::promise<void> given;
  io_thread = std::thread([this, mine = given.get_future()] {
    if (setup.where.io_alone)
      pin_this_thread(setup.where.io);
    mine.wait();
    loop->run();
    // Here too, since what the system does to end belongs to the loop, whose owner others may look up all the
    // time.
    own_system.reset();
  });
  loop->belong_to(io_thread.get_id());
  given.set_value();
}

void node::parts::connect() {
  set_frame_namer(&name_frame);
  dispatcher_setup how;
  how.limits.workers = {
      setup.where.workers.size(), std::min(settings.min_workers, setup.where.workers.size()),
      settings.spare_workers,     settings.recycle_tasks > 0 || settings.recycle_memory > 0,
      settings.recycle_tasks,     settings.idle_timeout};
  how.limits.room = room_of(settings);
  how.limits.grace = settings.grace;
  how.limits.ageing = settings.ageing;
  how.kernels = kernels->fingerprint();
  how.initializer = first_task_of(settings, *kernels);
  how.initializer_name = settings.initializer.kernel;
  how.kill = [this](std::uint32_t slot, std::uint64_t incarnation, std::string why) {
    workers->kill(slot, incarnation, std::move(why));
  };
  how.dismiss = [this](std::uint32_t slot, std::uint64_t incarnation, bool again, std::string why) {
    workers->dismiss(slot, incarnation, again, std::move(why));
  };
  how.call_in = [this](std::uint32_t slot) { workers->call_in(slot); };
  how.post = [this](std::uint32_t slot, std::uint32_t number) { workers->post(slot, number); };
  how.resize = [this](std::size_t count, std::size_t slots) { workers->resize(count, slots); };
  how.adopt = [this](descriptor stream) { return make_link(*system, stream.release()); };
  how.on_settled = [this](std::uint32_t slot, std::uint64_t incarnation, const std::string& given_up) {
    if (given_up.empty())
      workers->greeted(slot, incarnation);
    if (slot < setup.where.workers.size()) // nobody waits for spares
      ready.settle(slot, given_up);
  };
  dispatcher = spawn_dispatcher(*system, std::move(how));
  keeper = std::make_shared<future_keeper>(dispatcher, node_log(settings));
  arrays.on_retire(
      [to = dispatcher](const std::string& segment) { caf::anon_send(to, retire_atom_v, segment); });
  supervisor::listener hear;
  const auto log = node_log(settings);
  hear.on_event = [this, to = dispatcher, log, said = std::string()](worker_event event) mutable {
    switch (event.what) {
    case worker_event::kind::started:
      log->info("worker {} (pid {}) started on processors {}", event.slot, event.pid, event.processors);
      break;
    case worker_event::kind::ended:
      log->info("worker {} (pid {}) ended: {}", event.slot, event.pid, event.cause);
      break;
    case worker_event::kind::rested:
      ready.rest(event.slot); // who waits for all workers does not wait for this one
      log->info("worker {} (pid {}) left: {}", event.slot, event.pid, event.cause);
      break;
    case worker_event::kind::moved:
      log->info("worker {} (pid {}) runs on processors {} now", event.slot, event.pid, event.processors);
      break;
    case worker_event::kind::grown:
      log->info("worker {} (pid {}) is to be replaced: {}", event.slot, event.pid, event.cause);
      break;
    case worker_event::kind::given_up:
      // One fault of all workers, of their initializer say, is told once.
      log->log(std::exchange(said, event.cause) == event.cause ? spdlog::level::info : spdlog::level::err,
               "worker {} is given up: {}", event.slot, event.cause);
      break;
    }
    caf::anon_send(to, worker_atom_v, worker_event_ptr(std::make_shared<worker_event>(std::move(event))));
  };
  hear.on_link = [this](std::uint32_t slot, std::uint64_t, descriptor link) {
    serve_link(*system, link.release(), static_cast<std::uint16_t>(slot + 1), dispatcher);
  };
  workers->attach(std::move(hear));
  actors = std::make_unique<hosted_actors>(hosted_actors::ground{
      setup, kernels, node_log(settings), [helper = std::weak_ptr(undertaker)](std::function<void()> job) {
        // Weak: its own jobs are the last to hold an actor, now and then.
        if (const auto here = helper.lock())
          here->run(std::move(job));
      }});
}

void node::parts::disconnect() {
  {
    std::lock_guard lock(look->mutex);
    look->inside = nullptr;
  }
  say_goodbye();
  if (io_thread.joinable()) {
    loop->stop();
    io_thread.join();
  }
}

void node::parts::say_goodbye() {
  const logger_hold for_now;
  desk.reset(); // it asks the dispatcher
  if (door)
    door->close();
  if (dispatcher)
    caf::anon_send(dispatcher, halt_atom_v);
  if (actors)
    actors->stop(leave_time);
  workers->stop(leave_time);
  if (keeper) {
    // Each task has its answer when the dispatcher has halted. Who wants to be called with one is called now,
    // while whatever it asks of the node is still refused in order.
    {
      caf::scoped_actor self{*system, true};
      self->request(dispatcher, status_time, status_atom_v)
          .receive([](const status_ptr&) {}, [](caf::error&) {});
    }
    keeper->finish();
  }
  arrays.on_retire({});
  // The program's own actors end first, with the loop still turning for them and the dispatcher refusing what
  // they ask.
  if (own_system)
    own_system->await_all_actors_done();
  if (actors)
    actors->close(*system);
  if (dispatcher) {
    caf::scoped_actor self{*system, true};
    self->send(dispatcher, leave_atom_v);
    self->wait_for(dispatcher);
    // CAF's registry holds whatever was served to a peer; a handle there would keep the system from ending.
    system->registry().erase(dispatcher->id());
    dispatcher = nullptr;
  }
}

} // namespace pinion
