#include <pinion/runtime/processor_groups.hpp>

#include <pinion/runtime/numa/module.hpp>
#include <pinion/runtime/numa_library.hpp>

namespace pinion {

std::vector<std::vector<int>> processor_groups(pinning how, const std::vector<int>& processors) {
  if (how == pinning::none)
    return {processors};
  std::vector<std::vector<int>> result;
  if (how == pinning::processor) {
    for (const auto each : processors)
      result.push_back({each});
    return result;
  }
  static const auto group = reinterpret_cast<numa::grouper>(numa_library_entry(
      numa::grouper_entry, "cannot find out which processors belong together", "leave pinning at processor"));
  group(how, processors, result);
  return result;
}

} // namespace pinion
