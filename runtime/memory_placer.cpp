#include <pinion/runtime/memory_placer.hpp>

#include <pinion/runtime/numa/module.hpp>
#include <pinion/runtime/numa_library.hpp>

namespace pinion {

memory_placer memory_placer::make(const memory_placement& asked, const std::vector<int>& processors,
                                  teller tell) {
  memory_placer result;
  if (asked.how == memory_placement::way::first_touch)
    return result;
  static const auto open = reinterpret_cast<numa::opener>(numa_library_entry(
      numa::module_entry, "cannot place arrays on NUMA nodes", "leave memory_placement at first-touch"));
  open(asked, processors, std::move(tell), result);
  return result;
}

} // namespace pinion
