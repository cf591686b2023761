#include <pinion/shm/sweep.hpp>

#include <sys/mman.h>

#include <pinion/shm/segment_list.hpp>

namespace pinion {

std::vector<swept> sweep_dead_owners() {
  std::vector<swept> removed;
  // No other process can take such a name after its owner's death, so nothing new can be removed by mistake.
  for (const auto& each : list_segments().mine)
    if (each.now == found_segment::state::dead && ::shm_unlink(each.name.c_str()) == 0)
      removed.push_back({each.name, each.owner.pid, each.size, each.taken});
  return removed;
}

} // namespace pinion
