#include <algorithm>
#include <fstream>
#include <limits>
#include <sstream>
#include <string>

#include <pinion/runtime/scenario/resident_memory.hpp>

namespace pinion::scenario {
namespace {

// "Pss:   1234 kB" in a file of such lines.
std::optional<std::size_t> kilobytes(const std::string& file, const std::string& key) {
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    if (!line.starts_with(key + ":"))
      continue;
    std::istringstream rest(line.substr(key.size() + 1));
    std::size_t value = 0;
    if (rest >> value)
      return value * 1024;
  }
  return std::nullopt;
}

std::size_t left_in_group() {
  constexpr auto unlimited = std::numeric_limits<std::size_t>::max();
  std::ifstream limit("/sys/fs/cgroup/memory.max");
  std::ifstream used("/sys/fs/cgroup/memory.current");
  std::size_t most = 0;
  std::size_t now = 0;
  if (!(limit >> most) || !(used >> now)) // "max" is no number
    return unlimited;
  return most > now ? most - now : 0;
}

} // namespace

std::optional<std::size_t> proportional_memory(pid_t pid) {
  return kilobytes("/proc/" + std::to_string(pid) + "/smaps_rollup", "Pss");
}

std::optional<std::size_t> available_memory() {
  const auto machine = kilobytes("/proc/meminfo", "MemAvailable");
  if (!machine)
    return std::nullopt;
  return std::min(*machine, left_in_group());
}

} // namespace pinion::scenario
