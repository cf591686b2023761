#include <pinion/runtime/node_parts.hpp>

#include <future>
#include <thread>

#include <spdlog/spdlog.h>

#include <pinion/actors/actor_thread.hpp>
#include <pinion/actors/claims.hpp>
#include <pinion/actors/dispatcher.hpp>
#include <pinion/actors/logger_hold.hpp>
#include <pinion/actors/wire.hpp>
#include <pinion/runtime/error.hpp>
#include <pinion/runtime/link.hpp>
#include <pinion/runtime/short_slice.hpp>
#include <pinion/runtime/worker_main.hpp>
#include <pinion/shm/sweep.hpp>

namespace pinion {

namespace {

// Long enough for an idle worker to leave by itself; a busy one's result is not wanted any more.
constexpr auto leave_time = std::chrono::milliseconds{250};
// A dispatcher answers such a question in microseconds, or its thread is blocked by somebody's broker.
constexpr auto status_time = std::chrono::seconds{5};

} // namespace

void node::parts::make_system() {
  // For the I/O thread and the scheduler's, which start here: requests are met while kernels compute.
  const short_slice inherited;
  const logger_hold for_now;
  own_config = std::make_unique<system_config>(settings.scheduler_threads);
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
  dispatcher_setup how;
  how.limits.slots = setup.where.workers.size();
  how.limits.max_queue = settings.max_queue;
  how.limits.max_queue_bytes = settings.max_queue_bytes;
  how.limits.grace = settings.grace;
  how.kernels = kernels.fingerprint();
  how.kill = [this](std::uint32_t slot, std::uint64_t incarnation, std::string why) {
    workers->kill(slot, incarnation, std::move(why));
  };
  how.on_settled = [this](std::uint32_t slot, std::uint64_t incarnation, const std::string& given_up) {
    if (given_up.empty())
      workers->greeted(slot, incarnation);
    ready.settle(slot, given_up);
  };
  dispatcher = spawn_dispatcher(*system, std::move(how));
  keeper = std::make_shared<future_keeper>(dispatcher, node_log(settings));
  arrays.on_retire(
      [to = dispatcher](const std::string& segment) { caf::anon_send(to, retire_atom_v, segment); });
  supervisor::listener hear;
  const auto log = node_log(settings);
  hear.on_event = [to = dispatcher, log](worker_event event) {
    switch (event.what) {
    case worker_event::kind::started:
      log->info("worker {} (pid {}) started on processors {}", event.slot, event.pid, event.processors);
      break;
    case worker_event::kind::ended:
      log->info("worker {} (pid {}) ended: {}", event.slot, event.pid, event.cause);
      break;
    case worker_event::kind::given_up:
      log->error("worker {} is given up: {}", event.slot, event.cause);
      break;
    }
    caf::anon_send(to, worker_atom_v, worker_event_ptr(std::make_shared<worker_event>(std::move(event))));
  };
  hear.on_link = [this](std::uint32_t slot, std::uint64_t, descriptor link) {
    serve_link(*system, link.release(), static_cast<std::uint16_t>(slot + 1), dispatcher);
  };
  workers->attach(std::move(hear));
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
  if (dispatcher)
    caf::anon_send(dispatcher, halt_atom_v);
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
  if (dispatcher) {
    caf::scoped_actor self{*system, true};
    self->send(dispatcher, leave_atom_v);
    self->wait_for(dispatcher);
    // CAF's registry holds whatever was served to a peer; a handle there would keep the system from ending.
    system->registry().erase(dispatcher->id());
    dispatcher = nullptr;
  }
}

node::node(config what) {
  run_worker_if_asked();
  parts_ = std::make_unique<parts>(std::move(what));
  parts_->make_system();
  start();
}

void node::start() {
  const logger_hold for_now;
  try {
    parts_->connect();
    {
      std::lock_guard lock(parts_->look->mutex);
      parts_->look->inside = parts_.get();
    }
    try {
      parts_->desk = front_desk::for_memory(*this);
    } catch (const std::system_error& why) {
      node_log(parts_->settings)->info("`pinion shm` cannot ask this node: {}", why.what());
    }
    sweep_dead_owners();
  } catch (...) {
    parts_->disconnect();
    throw;
  }
}

node::node(config what, caf::actor_system& system) {
  run_worker_if_asked();
  check_joinable(system);
  parts_ = std::make_unique<parts>(std::move(what));
  parts_->system = &system;
  start();
}

node::~node() { parts_->disconnect(); }

const std::string& node::name() const noexcept { return parts_->settings.name; }

caf::actor_system& node::system() noexcept { return *parts_->system; }

const kernel_registry& node::kernels() const noexcept { return parts_->kernels; }

store& node::arrays() noexcept { return parts_->arrays; }

const std::filesystem::path& node::runtime_dir() const noexcept { return parts_->settings.runtime_dir; }

const caf::actor& node::dispatcher() const noexcept { return parts_->dispatcher; }

void node::wait_ready() {
  if (on_actor_thread())
    throw task_error(actor_errc::would_block, "node::wait_ready() was called on an actor's thread");
  parts_->ready.wait();
}

// -- tasks --------------------------------------------------------------------

task_ptr node::blank_task(const task_options& options, std::vector<std::shared_ptr<const void>> holds) const {
  auto result = std::make_shared<task>();
  result->options = options;
  result->holds = std::move(holds);
  if (!options.when_busy && parts_->settings.refuse_busy)
    result->options.when_busy = busy_policy::refuse;
  const auto usual = parts_->settings.task_timeout;
  if (options.timeout)
    result->deadline = after(steady_clock::now(), *options.timeout);
  else if (usual.count() > 0)
    result->deadline = after(steady_clock::now(), usual);
  return result;
}

void node::fill_task(task& what, const registered_kernel& kernel,
                     std::span<const argument_view> arguments) const {
  what.kernel = static_cast<std::uint32_t>(kernel.index);
  what.kernel_name = kernel.shown_name();
  what.arguments = pack_arguments(arguments);
  claim_arrays(what, kernel.sig, arguments);
  if (what.arguments.size() > largest_message)
    throw task_error(actor_errc::bad_arguments, kernel.name + ": the arguments take " +
                                                    readable_size(what.arguments.size()) + ", at most " +
                                                    readable_size(largest_message) +
                                                    " travel with a task; put what is large into an array");
}

task_ptr node::make_task(const task_options& options, std::string_view kernel,
                         std::span<const argument_view> arguments,
                         std::vector<std::shared_ptr<const void>> holds) {
  auto result = blank_task(options, std::move(holds));
  try {
    fill_task(*result, parts_->kernels.resolve(kernel, arguments), arguments);
  } catch (const task_error& why) {
    result->kernel_name = kernel;
    result->refused = why.why();
  }
  return result;
}

task_ptr node::make_task_of(const task_options& options, const registered_kernel& what,
                            std::span<const argument_view> arguments,
                            std::vector<std::shared_ptr<const void>> holds) {
  auto result = blank_task(options, std::move(holds));
  try {
    fill_task(*result, what, arguments);
  } catch (const task_error& why) {
    result->kernel_name = what.shown_name();
    result->refused = why.why();
  }
  return result;
}

task_ptr node::refused_task(std::string_view kernel, const shm_error& why) {
  auto result = std::make_shared<task>();
  result->kernel_name = kernel;
  result->refused = failure{actor_errc::bad_arguments, std::string(kernel) + ": " + why.what()};
  return result;
}

promise_ptr node::submit_task(task_ptr what) {
  auto result = std::make_shared<promise>(parts_->keeper, what);
  what->on_done = [result](outcome&& o) { result->set(std::move(o)); };
  caf::anon_send(parts_->dispatcher, submit_atom_v, std::move(what));
  return result;
}

future<argument> node::submit_packed(const task_options& options, std::string_view kernel,
                                     std::span<const argument> arguments,
                                     std::vector<std::shared_ptr<const void>> holds) {
  std::vector<argument_view> looks;
  for (const auto& each : arguments)
    looks.push_back(look(each));
  return future<argument>(submit_task(make_task(options, kernel, looks, std::move(holds))));
}

void node::submit_then(const task_options& options, std::string_view kernel,
                       std::span<const argument> arguments, std::vector<std::shared_ptr<const void>> holds,
                       std::function<void(outcome&&)> on_done) {
  std::vector<argument_view> looks;
  for (const auto& each : arguments)
    looks.push_back(look(each));
  auto what = make_task(options, kernel, looks, std::move(holds));
  what->on_done = std::move(on_done);
  caf::anon_send(parts_->dispatcher, submit_atom_v, std::move(what));
}

// -- looking and faults -------------------------------------------------------

dispatcher_status node::status() const {
  if (on_actor_thread())
    throw task_error(
        actor_errc::would_block,
        "node::status() was called on an actor's thread; send status_atom to the dispatcher instead");
  dispatcher_status result;
  caf::error why;
  const logger_hold for_now;
  caf::scoped_actor self{*parts_->system, true};
  self->request(parts_->dispatcher, status_time, status_atom_v)
      .receive([&](const status_ptr& what) { result = *what; }, [&](caf::error& e) { why = std::move(e); });
  if (why)
    throw task_error(actor_errc::node_stopping, "the node '" + name() + "' does not answer: " + text_of(why));
  return result;
}

void node::signal_worker(std::uint32_t slot, int number) { parts_->workers->signal(slot, number); }

} // namespace pinion
