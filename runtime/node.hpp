#pragma once

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <pinion/actors/ask.hpp>
#include <pinion/actors/dispatcher_status.hpp>
#include <pinion/actors/future.hpp>
#include <pinion/actors/holds.hpp>
#include <pinion/actors/kernel.hpp>
#include <pinion/actors/kernel_registry.hpp>
#include <pinion/runtime/actor_options.hpp>
#include <pinion/runtime/array_calls.hpp>
#include <pinion/runtime/array_stand.hpp>
#include <pinion/runtime/attach.hpp>
#include <pinion/runtime/config.hpp>
#include <pinion/runtime/hosted_actor.hpp>
#include <pinion/runtime/map_calls.hpp>
#include <pinion/runtime/memory_use.hpp>
#include <pinion/shm/store.hpp>

namespace pinion {

namespace http {
class server;
}

/// A node: worker processes, the dispatcher before them, and a store of arrays. Make one early in main, since
/// in a worker process (which is this program, started again) its constructor runs the worker and does not
/// return.
///
/// All members may be called from any thread, also from actors, but for those that wait (their comments say
/// so). The node owns its processes: when it goes, they have gone. Futures and arrays may outlive it; tasks
/// that were not done by then fail with node_stopping. An actor system that it made waits for the program's
/// actors in it to end, as CAF does; in a system that the program has, no actor may ask a node that is gone.
class node : public map_calls, public array_calls {
public:
  /// Starts the workers and an actor system of its own; does not wait for them, tasks may be submitted at
  /// once. Throws std::system_error (runtime_errc).
  explicit node(config what = {});
  /// Joins an actor system that the program has: its configuration must have loaded caf::io::middleman and
  /// been given to pinion::prepare(), and it must outlive the node.
  node(config what, caf::actor_system& system);
  node(const node&) = delete;
  node& operator=(const node&) = delete;
  ~node();

  const std::string& name() const noexcept;
  caf::actor_system& system() noexcept;
  const kernel_registry& kernels() const noexcept;
  /// Waits until every worker has said hello. Throws worker_gave_up with the reason if none can be started,
  /// and would_block on an actor's thread.
  void wait_ready();

  // -- arrays -----------------------------------------------------------------

  store& arrays() noexcept;

  /// All elements are `value`.
  template <element T>
  array<T> full(const extents& shape, T value) {
    // Nobody else sees it yet, so this thread may write to it as well.
    auto result = empty<T>(shape);
    auto [mine, others] = share_fill(result.view(), to_argument(value));
    write_all(mine.template as<T>(), value);
    for (const auto& [part, done] : others)
      if (done.wait(); !done.whole().ok()) // its worker died, or the queue was full
        write_all(part.template as<T>(), value);
    return result;
  }
  /// Writes `value` to each element. Large arrays are divided among the workers, as tasks with write leases
  /// and without a time limit, and this waits for them; on an actor's thread, which may not wait, the
  /// caller's processor does it alone. Throws what a task's future does.
  template <element T>
  void fill(const view<T>& where, T value) {
    if (!fill_by_workers(where, to_argument(value)))
      write_all(where, value);
  }

  // -- arrays by name ----------------------------------------------------------

  /// From now on, other programs and nodes of this user find the array by this name (attach.hpp), to read, or
  /// to write as well. It lives until the name is withdrawn and the last who attached has let go. Leases hold
  /// within one node: who writes what others read must be settled between them. Throws name_taken, read_only,
  /// not_shared, and what the runtime directory is refused with.
  void publish(const std::string& name, const any_view& what, access right = access::read);
  /// Nobody new finds it. False if this node publishes nothing by that name.
  bool withdraw(const std::string& name);
  /// What this node publishes, and which processes have it attached now.
  std::vector<published_array> published() const;
  /// The array that it publishes by that name, to be used as others may; none: there is none.
  std::optional<any_view> published(const std::string& name) const;
  /// As pinion::attach, in this node's runtime directory.
  template <class T>
  view<T> attach(const std::string& array_name) const {
    return pinion::attach<T>(array_name, runtime_dir());
  }
  const std::filesystem::path& runtime_dir() const noexcept;

  // -- HTTP ---------------------------------------------------------------------

  /// The node's HTTP server, made by the first call: add routes, then let it listen. It ends before the node
  /// does. One thread. Include runtime/http/server.hpp (pinion.hpp does).
  http::server& http();

  // -- tasks ------------------------------------------------------------------

  /// Runs a kernel on some worker. Arguments are numbers, strings, arrays and views; arrays are not copied
  /// and live until the task is over. Every fault, a wrong argument too, comes out of the future. For threads
  /// that may wait; actors use ask().
  template <class R, packable... Ts>
  future<R> submit(std::string_view kernel, const Ts&... arguments) {
    return submit<R>(task_options{}, kernel, arguments...);
  }
  template <class R, packable... Ts>
  future<R> submit(const task_options& options, std::string_view kernel, const Ts&... arguments) {
    return future<R>(submit_task(make_task(options, kernel, arguments...)));
  }
  /// The same with a kernel's C++ type: what does not fit does not compile.
  template <class Signature, packable... Ts>
  requires(kernel<Signature>::template takes<Ts...>) auto submit(const kernel<Signature>& what,
                                                                 const Ts&... arguments) {
    return submit<typename kernel<Signature>::result>(task_options{}, what.name(), arguments...);
  }
  template <class Signature, packable... Ts>
  requires(kernel<Signature>::template takes<Ts...>) auto submit(const task_options& options,
                                                                 const kernel<Signature>& what,
                                                                 const Ts&... arguments) {
    return submit<typename kernel<Signature>::result>(options, what.name(), arguments...);
  }
  /// Runs it and waits: submit(...).get().
  template <class R, packable... Ts>
  R apply(std::string_view kernel, const Ts&... arguments) {
    return submit<R>(kernel, arguments...).get();
  }

  /// submit() with arguments that are known at run time; `holds` keeps their arrays alive until the task is
  /// over.
  future<argument> submit_packed(const task_options& options, std::string_view kernel,
                                 std::span<const argument> arguments,
                                 std::vector<std::shared_ptr<const void>> holds = {});
  /// The same for callers with neither thread nor actor: `on_done` is called on the I/O thread; it must not
  /// block.
  void submit_then(const task_options& options, std::string_view kernel, std::span<const argument> arguments,
                   std::vector<std::shared_ptr<const void>> holds, std::function<void(outcome&&)> on_done);

  template <packable... Ts>
  task_ptr make_task(const task_options& options, std::string_view kernel, const Ts&... arguments) {
    std::vector<std::shared_ptr<const void>> holds;
    try {
      const std::array<argument_view, sizeof...(Ts)> looks{argument_view(look(arguments))...};
      (hold(holds, arguments), ...);
      return make_task(options, kernel, std::span<const argument_view>(looks), std::move(holds));
    } catch (const shm_error& why) {
      return refused_task(kernel, why);
    }
  }
  /// Chooses the overload and packs; a refusal is carried in the task and comes back as its outcome.
  task_ptr make_task(const task_options& options, std::string_view kernel,
                     std::span<const argument_view> arguments,
                     std::vector<std::shared_ptr<const void>> holds);

  /// Of this very kernel, which arguments must fit.
  task_ptr make_task_of(const task_options& options, const registered_kernel& what,
                        std::span<const argument_view> arguments,
                        std::vector<std::shared_ptr<const void>> holds);

  /// One that comes back as a failure: an argument does not lie in shared memory.
  static task_ptr refused_task(std::string_view kernel, const shm_error& why);

  /// Who takes (submit_atom, task_ptr) and (ask_atom, task_ptr); see messages.hpp.
  const caf::actor& dispatcher() const noexcept;

  // -- actors with a process of their own -----------------------------------------

  /// Starts an actor of the program's in a process of its own, pinned, and started again when it dies; its
  /// state survives that. `behavior` was added with k.add_actor; the arguments are for it. The node keeps it.
  /// Does not wait; messages may be sent at once. Throws task_error: unknown_kernel, bad_arguments,
  /// node_stopping; std::system_error: name_taken, bad_config; no_space_error for its state.
  template <packable... Ts>
  hosted_actor spawn_actor(std::string_view behavior, const actor_options& how, const Ts&... arguments) {
    std::vector<std::shared_ptr<const void>> holds;
    const std::array<argument_view, sizeof...(Ts)> looks{argument_view(look(arguments))...};
    (hold(holds, arguments), ...);
    return start_actor(behavior, how, looks, std::move(holds));
  }
  template <packable... Ts>
  hosted_actor spawn_actor(std::string_view behavior, const Ts&... arguments) {
    return spawn_actor(behavior, actor_options{}, arguments...);
  }
  /// All of them, by name; those that have ended too, until another one takes the name.
  std::vector<actor_status> actors() const;

  // -- the pool ---------------------------------------------------------------

  /// Hands no more tasks to workers until resume(), and takes them in; what runs goes on, and deadlines hold.
  /// Does nothing while the node drains.
  void pause();
  /// After pause() or drain().
  void resume();
  /// Takes no new task (actor_errc::draining) until resume(), and waits until all that it has are done: true
  /// then; false if the patience ends first, or somebody resumes. Not on an actor's thread.
  bool drain(std::optional<std::chrono::nanoseconds> patience = std::nullopt);
  /// From now on the pool has so many workers, 1 to 4096; those that leave finish what they have, and the
  /// processors are divided anew. Throws bad_config.
  void resize(std::size_t workers);

  // -- looking and faults -----------------------------------------------------

  /// Waits for the dispatcher's answer: not on an actor's thread.
  dispatcher_status status() const;
  /// How much shared memory it has. Looks into the store, which may be busy making an array.
  memory_use memory_now() const;
  /// What lies in its shared memory and who holds it, as JSON (memory_json.hpp), with what the dispatcher
  /// says of leases (leases_atom). Never waits: `told` is called on a thread of the node's own, once, or not
  /// at all when the node goes before that.
  void look_at_memory(array_query which, claims_ptr leases, std::function<void(std::string json)> told) const;
  /// Sends a worker process a signal, for scenarios and tests that play a fault.
  void signal_worker(std::uint32_t slot, int number);

private:
  void start();
  hosted_actor start_actor(std::string_view behavior, const actor_options& how,
                           std::span<const argument_view> arguments,
                           std::vector<std::shared_ptr<const void>> holds);
  template <class T>
  static void write_all(const view<T>& where, const T& value) {
    if (where.contiguous())
      std::ranges::fill(where.span(), value);
    else
      std::fill(where.begin(), where.end(), value);
  }
  struct fill_part {
    any_view where;
    future<argument> done;
  };
  bool fill_by_workers(const any_view& where, const argument& value);
  /// What the caller is to fill itself, and what idle workers are at.
  std::pair<any_view, std::vector<fill_part>> share_fill(const any_view& where, const argument& value);
  promise_ptr submit_task(task_ptr what);
  void enter_queue(task& what) const;
  task_ptr blank_task(const task_options& options, std::vector<std::shared_ptr<const void>> holds) const;
  void fill_task(task& what, const registered_kernel& kernel, std::span<const argument_view> arguments) const;
  std::pair<map_job_ptr, any_array> start_map(const map_options& how, std::string_view kernel,
                                              std::vector<column> columns) override;
  promise_ptr submit_one(const task_options& options, std::string_view kernel,
                         std::span<const argument_view> arguments, hold_list holds) override;
  std::size_t ahead() const noexcept override;
  store& memory() noexcept override { return arrays(); }

  struct parts;
  std::unique_ptr<parts> parts_;
};

/// A kernel asked for by an actor, which goes on meanwhile:
///     pinion::ask<double>(self, node, "dot", a, b).then([](double d) {...}, [](const caf::error& why)
///     {...});
template <class R, class Self, packable... Ts>
asking<R, Self> ask(Self* self, node& where, const task_options& options, std::string_view kernel,
                    const Ts&... arguments) {
  return {self, where.dispatcher(), where.make_task(options, kernel, arguments...)};
}

template <class R, class Self, packable... Ts>
asking<R, Self> ask(Self* self, node& where, std::string_view kernel, const Ts&... arguments) {
  return ask<R>(self, where, task_options{}, kernel, arguments...);
}

} // namespace pinion
