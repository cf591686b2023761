// What a node can be told before it starts.
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include <pinion/actors/full_policy.hpp>
#include <pinion/runtime/initializer.hpp>
#include <pinion/runtime/memory_placement.hpp>
#include <pinion/runtime/pinning.hpp>
#include <pinion/shm/backing.hpp>
#include <pinion/shm/huge_pages.hpp>

namespace pinion {

/// The settings of one node. A plain value: copy it, change it, give it to a node; nothing is shared and
/// nothing is checked until a layer (a flag, a variable, a file) or a node reads it. What each one means to a
/// user stands in the table of options (config_option.cpp), which drives flags, variables, file and dump.
class config {
public:
  /// Empty: the node calls itself pinion-<pid> when it starts.
  std::string name;
  /// 0: one for each processor that this process may use, or that `processors` names.
  std::size_t workers = 0;
  /// Processors the workers are spread over, sorted. Empty: all that this process may use.
  std::vector<int> processors;
  /// Which of those each worker has. With `workers` 0 there is a worker for each group.
  pinion::pinning pinning = pinion::pinning::processor;
  /// Kernel plug-ins, in the order of loading. Absolute paths, or names without a slash that were not files
  /// when they were read: those are looked for beside the library.
  std::vector<std::string> load;
  /// Whether the kernels that come with pinion are loaded before those of `load`. A program that embeds a
  /// node has kernels of its own, perhaps of the same names; the program `pinion` says true.
  bool default_kernels = false;
  /// Bytes of shared memory for arrays; 0: as much as the machine has.
  std::size_t store_limit = 0;
  /// What the segments of arrays are to the system.
  backing array_memory = backing::automatic;
  /// Whether large pages are asked for in them.
  pinion::huge_pages huge_pages = pinion::huge_pages::automatic;
  /// On which NUMA nodes their pages lie.
  pinion::memory_placement memory_placement;
  /// Time for a task that was given none of its own; 0: none.
  std::chrono::milliseconds task_timeout{0};
  /// Between asking a kernel to stop and killing its worker.
  std::chrono::milliseconds grace{1000};
  /// For the first words of a fresh worker.
  std::chrono::milliseconds start_timeout{10000};
  /// Tasks that may wait.
  std::size_t max_queue = 100000;
  /// Bytes of their arguments (numbers and texts; arrays count nothing); 0: no limit.
  std::size_t max_queue_bytes = std::size_t{1} << 30U;
  /// Of one client's tasks (task_options::client); 0: as many as there is room for.
  std::size_t max_client_queue = 0;
  std::size_t max_client_queue_bytes = 0;
  /// What becomes of one task more than that.
  full_policy when_full = full_policy::reject;
  /// What a task must wait to count as one priority higher; 0: priorities are strict.
  std::chrono::milliseconds ageing{1000};
  /// Idle workers leave until so many are left, and come back when there is work; 0: all stay.
  std::size_t min_workers = 0;
  /// Without a task for so long a worker is idle.
  std::chrono::milliseconds idle_timeout{10'000};
  /// Processes that stand ready to take the place of a worker that dies or leaves.
  std::size_t spare_workers = 0;
  /// A worker makes place for a fresh one after so many tasks; 0: never.
  std::size_t recycle_tasks = 0;
  /// And once it has so many bytes of memory for itself alone; 0: never.
  std::size_t recycle_memory = 0;
  /// Bytes that a worker may have for itself alone (RLIMIT_DATA, setrlimit(2)), beside what it begins with; a
  /// kernel that wants more fails with out_of_memory. 0: no limit.
  std::size_t worker_memory = 0;
  /// A kernel that each worker runs before its first task.
  pinion::initializer initializer;
  /// Whether a task whose arrays are in use by others fails at once; else it waits for its turn.
  bool refuse_busy = false;
  /// Quick deaths in a row before a worker's place is left empty.
  std::size_t restart_limit = 5;
  /// Microseconds the I/O thread looks for work before it sleeps, where it has a processor to itself; -1:
  /// auto.
  int spin = -1;
  /// Nice value of workers that share processors with the I/O thread.
  int worker_nice = 4;
  /// Threads for the user's own request actors.
  std::size_t scheduler_threads = 2;
  /// trace, debug, info, warning, error or off.
  std::string log_level = "warning";
  /// Where running nodes are found by name; of mode 0700.
  std::filesystem::path runtime_dir = default_runtime_dir();

  /// For programs that embed a node: the arguments that start with `--pinion-` (`--pinion-workers 3`), over
  /// PINION_* variables, over the configuration file, over the defaults. All other arguments are left to the
  /// program. Throws runtime_errc::bad_config.
  static config from(int argc, const char* const* argv);

  /// What holds when nobody says anything.
  static config defaults() { return {}; }

  /// The same for the program `pinion`, which has no kernels but those that it loads.
  static config program_defaults() {
    config result;
    result.default_kernels = true;
    return result;
  }

  /// $XDG_RUNTIME_DIR/pinion where that is a directory of this user, else /tmp/pinion-<uid>.
  static std::filesystem::path default_runtime_dir();
};

} // namespace pinion
