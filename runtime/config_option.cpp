#include <pinion/runtime/config_option.hpp>

#include <algorithm>
#include <array>

#include <pinion/runtime/pool_size.hpp>

namespace pinion {
namespace {

using kind = config_option::kind;

constexpr std::array options{
    config_option{"name", kind::node_name, &config::name,
                  "Name of the node, by which others find it (default: pinion-<pid>)"},
    config_option{"workers", kind::count, &config::workers, "Worker processes; 0: one per allowed processor",
                  0, most_workers},
    config_option{"processors", kind::processors, &config::processors,
                  "Processors for the workers, such as 0,2-3; empty: all that are allowed"},
    config_option{"pinning", kind::word, &config::pinning,
                  "What each worker has for itself: processor, core, l3 (cache), numa (node) or none"},
    config_option{"load", kind::plugins, &config::load, "Load kernels from this plug-in (may be repeated)"},
    config_option{"default_kernels", kind::truth, &config::default_kernels,
                  "Load the kernels that come with pinion"},
    config_option{"store_limit", kind::size, &config::store_limit,
                  "Most shared memory for arrays; 0: no limit"},
    config_option{
        "array_memory", kind::word, &config::array_memory,
        "What arrays lie in: named (in /dev/shm), memfd (outside it), auto (the one that has room)"},
    config_option{"huge_pages", kind::word, &config::huge_pages,
                  "Large pages for arrays: auto (asked for where the system gives them) or off"},
    config_option{"memory_placement", kind::placement, &config::memory_placement,
                  "NUMA nodes for arrays: first-touch, interleave, interleave:0,1 or bind:0"},
    config_option{"task_timeout", kind::duration, &config::task_timeout,
                  "Time for a task that is given none of its own; 0: none"},
    config_option{"grace", kind::duration, &config::grace,
                  "Time between asking a kernel to stop and killing its worker"},
    config_option{"start_timeout", kind::duration, &config::start_timeout,
                  "Time for a worker to report after its start"},
    config_option{"max_queue", kind::count, &config::max_queue, "Most tasks that may wait", 1, 100'000'000},
    config_option{"max_queue_bytes", kind::size, &config::max_queue_bytes,
                  "Most bytes of arguments, beside arrays, that may wait; 0: no limit"},
    config_option{"max_client_queue", kind::count, &config::max_client_queue,
                  "Most tasks of one client that may wait; 0: no limit but max_queue", 0, 100'000'000},
    config_option{"max_client_queue_bytes", kind::size, &config::max_client_queue_bytes,
                  "Most bytes of one client's arguments that may wait; 0: no limit but max_queue_bytes"},
    config_option{
        "when_full", kind::word, &config::when_full,
        "What becomes of a task for which there is no room: reject, wait or shed (the oldest goes)"},
    config_option{"ageing", kind::duration, &config::ageing,
                  "Time a task must wait to count as one priority higher; 0: priorities are strict"},
    config_option{"min_workers", kind::count, &config::min_workers,
                  "Workers that stay when there is no work; 0: all", 0, most_workers},
    config_option{"idle_timeout", kind::duration, &config::idle_timeout,
                  "Time without a task after which a worker may leave (min_workers)"},
    config_option{"spare_workers", kind::count, &config::spare_workers,
                  "Processes that stand ready to take a worker's place", 0, most_workers},
    config_option{"recycle_tasks", kind::count, &config::recycle_tasks,
                  "Tasks after which a worker makes place for a fresh one; 0: never", 0, 1'000'000'000},
    config_option{"recycle_memory", kind::size, &config::recycle_memory,
                  "Memory of its own after which a worker makes place for a fresh one; 0: never"},
    config_option{"worker_memory", kind::size, &config::worker_memory,
                  "Most memory that a worker may have for itself; 0: no limit"},
    config_option{"initializer", kind::call, &config::initializer,
                  "Kernel that each worker runs first, with its arguments, such as 'load_model m.bin 3'"},
    config_option{"refuse_busy", kind::truth, &config::refuse_busy,
                  "Refuse a task whose arrays are in use, instead of letting it wait"},
    config_option{"restart_limit", kind::count, &config::restart_limit,
                  "Quick deaths in a row before a worker's place is left empty", 1, 1000},
    config_option{"spin", kind::integer, &config::spin,
                  "Microseconds to look for messages before sleeping; -1: chosen by the machine", -1,
                  1'000'000},
    config_option{"worker_nice", kind::integer, &config::worker_nice,
                  "Nice value of workers that share processors with the node", 0, 19},
    config_option{"scheduler_threads", kind::count, &config::scheduler_threads, "Threads for request actors",
                  1, 1024},
    config_option{"log_level", kind::log_level, &config::log_level,
                  "What is logged: trace, debug, info, warning, error or off"},
    config_option{
        "runtime_dir", kind::path, &config::runtime_dir,
        "Directory in which running nodes are found (default: $XDG_RUNTIME_DIR/pinion or /tmp/pinion-<uid>)"},
};

char upper_case(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

} // namespace

std::string config_option::flag() const {
  auto text = "--" + std::string(name);
  std::replace(text.begin(), text.end(), '_', '-');
  return text;
}

std::string config_option::variable() const {
  auto text = "PINION_" + std::string(name);
  std::transform(text.begin(), text.end(), text.begin(), upper_case);
  return text;
}

std::string_view config_option::placeholder() const {
  switch (type) {
  case kind::node_name:
    return "NAME";
  case kind::log_level:
    return "LEVEL";
  case kind::path:
    return "DIR";
  case kind::plugins:
    return "FILE";
  case kind::processors:
    return "LIST";
  case kind::count:
  case kind::integer:
    return "N";
  case kind::size:
    return "SIZE";
  case kind::duration:
    return "TIME";
  case kind::truth:
    return "BOOL";
  case kind::word:
    return "WORD";
  case kind::placement:
    return "WHERE";
  case kind::call:
    return "CALL";
  }
  return "VALUE";
}

std::span<const config_option> config_options() { return options; }

const config_option* find_config_option(std::string_view name) {
  const auto found =
      std::find_if(options.begin(), options.end(), [&](const auto& row) { return row.name == name; });
  return found == options.end() ? nullptr : &*found;
}

} // namespace pinion
