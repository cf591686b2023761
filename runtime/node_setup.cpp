#include <pinion/runtime/node_setup.hpp>

#include <algorithm>

#include <unistd.h>

#include <spdlog/spdlog.h>

#include <pinion/actors/caf.hpp>
#include <pinion/actors/dispatcher.hpp>
#include <pinion/actors/task_wire.hpp>
#include <pinion/actors/wire.hpp>
#include <pinion/runtime/backing_choice.hpp>
#include <pinion/runtime/error.hpp>
#include <pinion/runtime/plugin.hpp>
#include <pinion/runtime/pool_size.hpp>
#include <pinion/runtime/processor_groups.hpp>
#include <pinion/runtime/processor_list.hpp>
#include <pinion/runtime/stderr_sink.hpp>
#include <pinion/shm/error.hpp>

namespace pinion {

namespace {

// Longer than the way to a worker and back, shorter than what anybody sees in `top`.
constexpr int automatic_spin_us = 50;

} // namespace

config named(config what) {
  if (what.name.empty())
    what.name = "pinion-" + std::to_string(::getpid());
  return what;
}

std::vector<std::string> load_plugins(const config& what) {
  std::vector<std::string> result;
  if (what.default_kernels)
    result.push_back(load_plugin(default_plugin));
  for (const auto& each : what.load)
    result.push_back(load_plugin(each));
  return result;
}

array_ground ground_of(const config& what) {
  auto placer = memory_placer::make(what.memory_placement,
                                    what.processors.empty() ? allowed_processors() : what.processors,
                                    [log = node_log(what)](const std::string& line) { log->warn(line); });
  const auto choice = choose_backing(what.array_memory, what.store_limit);
  for (const auto& note : {placer.note, choice.note})
    if (!note.empty())
      node_log(what)->warn(note);
  array_ground result;
  result.kind = choice.kind;
  result.huge = what.huge_pages;
  result.place = std::move(placer.place);
  return result;
}

store_options store_of(const config& what, std::shared_ptr<ledger> books, std::weak_ptr<background> helper,
                       const array_ground& ground) {
  store_options result;
  result.books = std::move(books);
  result.tag = what.name;
  result.kind = ground.kind;
  result.huge = ground.huge;
  result.place = ground.place;
  result.others = [results = ground.results](const array_query& which) { return results->list(which); };
  // The last holder of an array is often a task, and goes on the I/O thread: unmapping is for another one.
  result.bury = [helper = std::move(helper)](std::shared_ptr<const void> mapping) {
    if (const auto someone = helper.lock())
      someone->run([mapping = std::move(mapping)] {});
  };
  return result;
}

std::shared_ptr<spdlog::logger> node_log(const config& what) {
  auto result = std::make_shared<spdlog::logger>("pinion " + what.name, std::make_shared<stderr_sink>());
  result->set_level(spdlog::level::from_str(what.log_level));
  return result;
}

supervisor::setup supervision(const config& what, std::vector<std::string> plugins,
                              std::shared_ptr<ledger> books, std::weak_ptr<background> helper,
                              const array_ground& ground) {
  supervisor::setup result;
  result.node = what.name;
  const auto allowed = allowed_processors();
  for (const auto each : what.processors)
    if (!std::binary_search(allowed.begin(), allowed.end(), each))
      raise(runtime_errc::bad_config, "processor " + std::to_string(each) +
                                          " (processors) is not among those that this "
                                          "process may use: " +
                                          processors_text(allowed));
  if (what.workers != 0)
    check_pool_size(what.workers);
  if (what.min_workers > 0 && what.idle_timeout.count() == 0)
    raise(runtime_errc::bad_config, "idle_timeout is 0: workers would leave between two tasks; name a time, "
                                    "or leave min_workers at 0");
  const auto& pool = what.processors.empty() ? allowed : what.processors;
  if (what.pinning == pinning::processor)
    result.divide = [processors = what.processors, allowed](std::size_t count) {
      return place(count, processors, allowed);
    };
  else
    result.divide = [groups = processor_groups(what.pinning, pool), allowed](std::size_t count) {
      return place_in_groups(count, groups, allowed);
    };
  result.where = result.divide(what.workers);
  const bool recycles = what.recycle_tasks > 0 || what.recycle_memory > 0;
  result.spares = std::max(what.spare_workers, std::size_t{recycles ? 1U : 0U});
  result.grown = what.recycle_memory;
  result.memory = what.worker_memory;
  result.plugins = std::move(plugins);
  result.deaths.before_hello = what.restart_limit;
  result.start_timeout = what.start_timeout;
  result.shared_nice = what.worker_nice;
  result.books = books;
  result.make_arena = [tag = what.name, books, helper, ground,
                       log = node_log(what)]() -> std::shared_ptr<arena_owner> {
    try {
      auto made = arena_owner::make({tag, books,
                                     [helper](std::function<void()> job) {
                                       if (const auto someone = helper.lock())
                                         someone->run(std::move(job));
                                       else
                                         job();
                                     },
                                     ground.place, ground.kind});
      ground.results->enter(made);
      return made;
    } catch (const shm_error& why) {
      log->warn("a worker starts without room for results of its own (context::make): {}", why.what());
      return nullptr;
    }
  };
  result.spin_us = what.spin < 0 ? automatic_spin_us : what.spin;
  return result;
}

std::string first_task_of(const config& what, const kernel_registry& kernels) {
  if (what.initializer.kernel.empty())
    return {};
  try {
    auto first = std::make_shared<task>();
    first->id = initializer_task;
    first->kernel = static_cast<std::uint32_t>(
        kernels.resolve(what.initializer.kernel, std::span(what.initializer.arguments)).index);
    first->arguments = pack_arguments(what.initializer.arguments);
    return pack_run(std::span(&first, 1));
  } catch (const task_error& why) {
    raise(runtime_errc::bad_config, std::string("initializer: ") + why.what());
  }
}

admission::limits room_of(const config& what) {
  return {what.max_queue, what.max_queue_bytes, what.max_client_queue, what.max_client_queue_bytes,
          what.when_full};
}

void check_pool_size(std::size_t workers) {
  if (workers < 1 || workers > most_workers)
    raise(runtime_errc::bad_config, "a pool of " + std::to_string(workers) +
                                        " workers cannot be; expected 1 to " + std::to_string(most_workers));
}

void check_joinable(const caf::actor_system& system) {
  if (!system.has_middleman())
    raise(runtime_errc::bad_config,
          "the actor system has no middleman; say cfg.load<caf::io::middleman>() and "
          "pinion::prepare(cfg) before you make it");
  if (system.types().make_value(caf::type_name<hello>::value) == nullptr)
    raise(runtime_errc::bad_config,
          "the actor system does not know pinion's messages; say pinion::prepare(cfg) before you make it");
  // CAF would drop every worker that is silent for that long, in the middle of a kernel as well as idle ones:
  // they send no heartbeats.
  const auto interval = caf::get_or(system.config(), "middleman.heartbeat-interval",
                                    caf::defaults::middleman::heartbeat_interval);
  const auto timeout = caf::get_or(system.config(), "middleman.connection-timeout",
                                   caf::defaults::middleman::connection_timeout);
  if (interval.count() > 0 && timeout.count() > 0)
    raise(runtime_errc::bad_config,
          "the actor system drops connections that are silent (middleman.heartbeat-interval and "
          "middleman.connection-timeout are set), as those to busy workers are; leave one of them out");
}

} // namespace pinion
