#include <pinion/runtime/numa/group_processors.hpp>

#include <algorithm>
#include <set>

namespace pinion::numa {

namespace {

hwloc_obj_type_t type_of(pinning how) {
  switch (how) {
  case pinning::core:
    return HWLOC_OBJ_CORE;
  case pinning::l3:
    return HWLOC_OBJ_L3CACHE;
  case pinning::numa:
  case pinning::processor:
  case pinning::none:
    break;
  }
  return HWLOC_OBJ_NUMANODE;
}

} // namespace

std::vector<std::vector<int>> group_processors(hwloc_topology_t machine, pinning how,
                                               const std::vector<int>& processors) {
  std::set<int> left(processors.begin(), processors.end());
  std::vector<std::vector<int>> result;
  const auto type = type_of(how);
  for (hwloc_obj_t each = nullptr; (each = hwloc_get_next_obj_by_type(machine, type, each)) != nullptr;) {
    std::vector<int> group;
    for (const auto processor : processors)
      // One that two memories are near to belongs to the first.
      if (hwloc_bitmap_isset(each->cpuset, static_cast<unsigned>(processor)) != 0 &&
          left.erase(processor) > 0)
        group.push_back(processor);
    if (!group.empty())
      result.push_back(std::move(group));
  }
  if (!left.empty())
    result.emplace_back(left.begin(), left.end());
  std::sort(result.begin(), result.end());
  return result;
}

} // namespace pinion::numa
