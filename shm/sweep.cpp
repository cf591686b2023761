#include <pinion/shm/sweep.hpp>

#include <cerrno>

#include <sys/mman.h>

#include <pinion/shm/segment_list.hpp>

namespace pinion {

std::vector<swept> sweep_dead_owners(std::vector<std::string>* kept) {
  std::vector<swept> removed;
  // No other process can take such a name after its owner's death, so nothing new can be removed by mistake.
  for (const auto& each : list_segments().mine) {
    if (each.now != found_segment::state::dead)
      continue;
    if (::shm_unlink(each.name.c_str()) == 0)
      removed.push_back({each.name, each.owner.pid, each.size, each.taken});
    else if (errno != ENOENT && kept != nullptr)
      kept->push_back(each.name);
  }
  return removed;
}

} // namespace pinion
