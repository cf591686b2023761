#include <pinion/runtime/node_parts.hpp>

#include <utility>

#include <spdlog/spdlog.h>

#include <pinion/actors/actor_thread.hpp>
#include <pinion/actors/claims.hpp>
#include <pinion/actors/logger_hold.hpp>
#include <pinion/actors/task_wire.hpp>
#include <pinion/actors/wire.hpp>
#include <pinion/runtime/error.hpp>
#include <pinion/runtime/freed_memory.hpp>
#include <pinion/runtime/worker_main.hpp>
#include <pinion/shm/sweep.hpp>

namespace pinion {

node::node(config what) {
  run_worker_if_asked();
  parts_ = std::make_unique<parts>(std::move(what));
  parts_->make_system();
  start();
}

void node::start() {
  keep_freed_memory();
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

node::~node() {
  parts_->web.reset();
  parts_->disconnect();
}

const std::string& node::name() const noexcept { return parts_->settings.name; }

caf::actor_system& node::system() noexcept { return *parts_->system; }

const kernel_registry& node::kernels() const noexcept { return *parts_->kernels; }

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
  if (!holds.empty())
    result->needs().holds = std::move(holds);
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
  what.options.idempotent = what.options.idempotent || kernel.traits.idempotent;
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
    fill_task(*result, parts_->kernels->resolve(kernel, arguments), arguments);
  } catch (const task_error& why) {
    result->kernel_name = kernel;
    result->more().refused = std::make_unique<failure>(why.why());
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
    result->more().refused = std::make_unique<failure>(why.why());
  }
  return result;
}

task_ptr node::refused_task(std::string_view kernel, const shm_error& why) {
  auto result = std::make_shared<task>();
  result->kernel_name = kernel;
  result->more().refused =
      std::make_unique<failure>(failure{actor_errc::bad_arguments, std::string(kernel) + ": " + why.what()});
  return result;
}

// Where tasks wait for room (when_full = wait): on this thread. One that turns actors must not: the queue has
// room of its own for them, and refuses what is beyond it.
void node::enter_queue(task& what) const {
  if (!parts_->door || what.refused() || on_actor_thread())
    return;
  what.more().ticket = parts_->door->enter(what.options.client, what.arguments.size(), what.deadline);
  if (!what.extras->ticket && steady_clock::now() >= what.deadline)
    what.more().refused = std::make_unique<failure>(
        failure{actor_errc::deadline_passed,
                what.kernel_name + ": its time passed before there was room for it in the queue"});
}

promise_ptr node::submit_task(task_ptr what) {
  enter_queue(*what);
  if (what->options.partial)
    what->more().emitted = std::make_shared<emission_queue>();
  auto result = std::make_shared<promise>(parts_->keeper, what, what->emitted());
  what->answer = result;
  // The task holds the promise as well: that nobody waits any more is known by what the futures hold.
  if (const auto& partial = what->emitted())
    result = promise_ptr(result.get(), [kept = result, partial](promise*) { partial->close(); });
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
  what->tell(std::move(on_done));
  caf::anon_send(parts_->dispatcher, submit_atom_v, std::move(what));
}

// -- the pool ------------------------------------------------------------------

void node::pause() { caf::anon_send(parts_->dispatcher, pause_atom_v); }

void node::resume() { caf::anon_send(parts_->dispatcher, resume_atom_v); }

bool node::drain(std::optional<std::chrono::nanoseconds> patience) {
  if (on_actor_thread())
    throw task_error(
        actor_errc::would_block,
        "node::drain() was called on an actor's thread; send drain_atom to the dispatcher instead");
  const logger_hold for_now;
  caf::scoped_actor self{*parts_->system, true};
  bool result = false;
  const auto wait = [&](auto request) {
    request.receive([&](bool drained) { result = drained; }, [](const caf::error&) {});
  };
  if (patience)
    wait(self->request(parts_->dispatcher, *patience, drain_atom_v));
  else
    wait(self->request(parts_->dispatcher, caf::infinite, drain_atom_v));
  return result;
}

void node::resize(std::size_t workers) {
  check_pool_size(workers);
  caf::anon_send(parts_->dispatcher, resize_atom_v, std::uint64_t{workers});
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
