#include <pinion/runtime/numa/topology.hpp>

#include <cerrno>
#include <cstring>
#include <string>

#include <pinion/runtime/error.hpp>

namespace pinion::numa {

topology load_topology(const char* synthetic) {
  const auto check = [](int result) {
    if (result != 0)
      raise(runtime_errc::system_refused,
            std::string("hwloc cannot tell what NUMA nodes there are: ") + std::strerror(errno));
  };
  hwloc_topology_t made = nullptr;
  check(hwloc_topology_init(&made));
  topology result(made);
  // To tell a node that this process may not use from one that is not there.
  check(hwloc_topology_set_flags(made, HWLOC_TOPOLOGY_FLAG_INCLUDE_DISALLOWED));
  if (synthetic != nullptr)
    check(hwloc_topology_set_synthetic(made, synthetic));
  check(hwloc_topology_load(made));
  return result;
}

hwloc_topology_t this_machine() {
  // Never destroyed: threads may place memory until the process ends.
  static const hwloc_topology_t machine = load_topology().release();
  return machine;
}

} // namespace pinion::numa
