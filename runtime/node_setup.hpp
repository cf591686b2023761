#pragma once

#include <memory>
#include <string>
#include <vector>

#include <pinion/actors/admission.hpp>
#include <pinion/actors/kernel_registry.hpp>
#include <pinion/runtime/background.hpp>
#include <pinion/runtime/config.hpp>
#include <pinion/runtime/memory_placer.hpp>
#include <pinion/runtime/supervisor.hpp>
#include <pinion/shm/arena_roll.hpp>
#include <pinion/shm/store.hpp>

namespace caf {
class actor_system;
}

namespace spdlog {
class logger;
}

/// What the parts of a node are made with, from its configuration.
namespace pinion {

/// With a name, pinion-<pid> where it had none.
config named(config what);

/// Loads the plug-ins into this process and returns their files. Throws runtime_errc.
std::vector<std::string> load_plugins(const config& what);

/// What the memory of a node's arrays is, decided once.
struct array_ground {
  backing kind = backing::named;
  pinion::huge_pages huge = pinion::huge_pages::automatic;
  decltype(store_options::place) place; ///< on NUMA nodes; empty: where the system puts it
  std::shared_ptr<arena_roll> results = std::make_shared<arena_roll>();
};

/// As the configuration and the machine want it; what is to be noted of that goes to the log. Throws what
/// memory_placer::make does.
array_ground ground_of(const config& what);

/// `helper` unmaps what is large: the last holder of an array is often a task, and goes on the I/O thread.
store_options store_of(const config& what, std::shared_ptr<ledger> books, std::weak_ptr<background> helper,
                       const array_ground& ground);

/// A log on stderr, at the level that the configuration says. Any thread.
std::shared_ptr<spdlog::logger> node_log(const config& what);

/// Throws bad_config for processors that this process may not use.
/// `books` count the results of workers as well, whose memory is of the same `ground` and given back by
/// `helper`.
supervisor::setup supervision(const config& what, std::vector<std::string> plugins,
                              std::shared_ptr<ledger> books, std::weak_ptr<background> helper,
                              const array_ground& ground);

/// A batch with the task that each worker runs first; empty where there is none. Throws bad_config for a
/// kernel or arguments that do not fit.
std::string first_task_of(const config& what, const kernel_registry& kernels);

/// How many tasks may wait.
admission::limits room_of(const config& what);

/// Throws bad_config for what is no number of workers.
void check_pool_size(std::size_t workers);

/// Throws bad_config for an actor system that no node can join.
void check_joinable(const caf::actor_system& system);

} // namespace pinion
