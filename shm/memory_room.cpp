#include <pinion/shm/memory_room.hpp>

#include <algorithm>
#include <fstream>
#include <functional>
#include <optional>
#include <sstream>
#include <string_view>

namespace pinion {

namespace {

// Calls with each "name value" line of a file, as /proc/meminfo and memory.stat have them.
void each_line(const std::string& path,
               const std::function<void(std::string_view name, std::uint64_t value)>& take) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    std::istringstream fields(line);
    std::string name;
    std::uint64_t value = 0;
    if (fields >> name >> value)
      take(name, value);
  }
}

// Nothing for a file that is not there, and for "max".
std::optional<std::uint64_t> number_in(const std::string& path) {
  std::ifstream file(path);
  std::uint64_t value = 0;
  if (file >> value)
    return value;
  return std::nullopt;
}

shm_room room_of_machine(const std::string& root) {
  shm_room memory;
  each_line(root + "/proc/meminfo", [&](std::string_view name, std::uint64_t kibibytes) {
    if (name == "MemAvailable:" || name == "SwapFree:")
      memory.free += kibibytes << 10U;
    if (name == "MemTotal:" || name == "SwapTotal:")
      memory.total += kibibytes << 10U;
  });
  return memory;
}

// How the two versions of control groups spell it.
struct group_files {
  const char* limit;
  const char* usage;
  const char* cache;  // of memory.stat
  const char* shared; // of memory.stat; a part of the cache that cannot be dropped
};
constexpr group_files version_2{"/memory.max", "/memory.current", "file", "shmem"};
constexpr group_files version_1{"/memory.limit_in_bytes", "/memory.usage_in_bytes", "total_cache",
                                "total_shmem"};

// No limit is, in version 1, a number near the top.
constexpr std::uint64_t no_limit_from = std::uint64_t{1} << 60;

std::optional<shm_room> room_of_group(const std::string& folder, const group_files& files) {
  const auto limit = number_in(folder + files.limit);
  const auto usage = number_in(folder + files.usage);
  if (!limit || !usage || *limit >= no_limit_from)
    return std::nullopt;
  std::uint64_t cache = 0;
  std::uint64_t shared = 0;
  each_line(folder + "/memory.stat", [&](std::string_view name, std::uint64_t bytes) {
    if (name == files.cache)
      cache = bytes;
    if (name == files.shared)
      shared = bytes;
  });
  const auto stays = *usage - std::min(*usage, cache - std::min(cache, shared));
  return shm_room{*limit - std::min(*limit, stays), *limit};
}

void take_less(shm_room& least, const shm_room& other) {
  if (least.total == 0)
    least = other;
  else
    least = {std::min(least.free, other.free), std::min(least.total, other.total)};
}

} // namespace

shm_room room_in_groups(const std::string& root) {
  shm_room least;
  std::ifstream groups(root + "/proc/self/cgroup");
  for (std::string line; std::getline(groups, line);) {
    const auto first = line.find(':');
    const auto second = line.find(':', first + 1);
    if (first == std::string::npos || second == std::string::npos)
      continue;
    const auto controllers = std::string_view(line).substr(first + 1, second - first - 1);
    const bool second_version = controllers.empty();
    if (!second_version && controllers.find("memory") == std::string_view::npos)
      continue;
    const auto top = root + (second_version ? "/sys/fs/cgroup" : "/sys/fs/cgroup/memory");
    // Up to the top: each group around us may have a limit. In a container the path may be that of the host,
    // of which only the top is seen.
    auto path = line.substr(second + 1);
    for (;;) {
      while (!path.empty() && path.back() == '/')
        path.pop_back();
      if (const auto here = room_of_group(top + path, second_version ? version_2 : version_1))
        take_less(least, *here);
      if (path.empty())
        break;
      path.erase(std::min(path.size(), path.rfind('/')));
    }
  }
  return least;
}

shm_room room_in_memory(const std::string& root) {
  auto least = room_of_machine(root);
  if (const auto groups = room_in_groups(root); groups.total != 0)
    take_less(least, groups);
  return least;
}

} // namespace pinion
