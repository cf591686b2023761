// Checks of what this process may take: open-files, file-size, address-space, group-memory, overcommit.
#include <pinion/runtime/health_check.hpp>

#include <algorithm>
#include <limits>
#include <optional>
#include <sstream>

#include <pinion/shm/error.hpp>

namespace pinion {

namespace {

using enum finding::level;

constexpr const char* limits_file = "/proc/self/limits";
constexpr auto unlimited = std::numeric_limits<std::uint64_t>::max();
// Of a node without workers, and for each worker: its link, pidfd, output, control page and arena.
constexpr std::uint64_t files_of_node = 64;
constexpr std::uint64_t files_of_worker = 8;
constexpr std::uint64_t usual_files = 1024;
// Program, libraries and stacks.
constexpr std::uint64_t own_addresses = std::uint64_t{4} << 30;

std::uint64_t soft_limit(const system_root& where, std::string_view name) {
  return where.number_of(limits_file, name).value_or(unlimited); // "unlimited" is no number
}

std::size_t workers_of(const config& settings, const system_root& where) {
  if (settings.workers > 0)
    return settings.workers;
  return settings.processors.empty() ? where.processors : settings.processors.size();
}

// What arrays may take in all.
std::uint64_t most_of_arrays(const config& settings, const system_root& where) {
  return settings.store_limit > 0 ? settings.store_limit : where.shm_total;
}

void check_files(std::vector<finding>& found, const config& settings, const system_root& where) {
  const auto limit = soft_limit(where, "Max open files");
  const auto workers = workers_of(settings, where);
  const auto needed = files_of_node + files_of_worker * workers;
  const auto text = limit == unlimited ? std::string("any number of open files is allowed")
                                       : std::to_string(limit) + " open files are allowed";
  const std::string advice = "`ulimit -n 4096` before the node starts, LimitNOFILE= in a unit of systemd";
  if (limit < needed)
    found.push_back(
        {"open-files", problem,
         text + ", a node with " + std::to_string(workers) + " workers needs some " + std::to_string(needed),
         advice});
  else if (limit < std::max(usual_files, 2 * needed))
    found.push_back({"open-files", warning, text + ": few for many clients and published arrays", advice});
  else
    found.push_back({"open-files", ok, text, ""});
}

void check_file_size(std::vector<finding>& found, const config& settings, const system_root& where) {
  const auto limit = soft_limit(where, "Max file size");
  const std::string advice =
      "`ulimit -f unlimited` before the node starts, LimitFSIZE=infinity in a unit of systemd";
  constexpr std::uint64_t shared_segment = std::uint64_t{64} << 20;
  if (limit == unlimited)
    found.push_back({"file-size", ok, "files, and so segments, may be of any size", ""});
  else if (limit < shared_segment || (settings.store_limit > 0 && limit < settings.store_limit))
    found.push_back({"file-size", problem,
                     "files, and so segments, may have " + readable_size(limit) + " at most (ulimit -f)",
                     advice});
  else
    found.push_back({"file-size", warning,
                     "no array can be larger than " + readable_size(limit) + " (ulimit -f)", advice});
}

void check_addresses(std::vector<finding>& found, const config& settings, const system_root& where) {
  const auto limit = soft_limit(where, "Max address space");
  // The node maps its arrays, and the arena of each worker, which has room for all that there can be.
  const auto most = std::min(most_of_arrays(settings, where), unlimited / 8192);
  const auto needed = most * (workers_of(settings, where) + 1) + own_addresses;
  const std::string advice = "`ulimit -v unlimited` before the node starts, LimitAS=infinity in a unit of "
                             "systemd; to bound memory set "
                             "store_limit, or MemoryMax= in the unit";
  if (limit == unlimited)
    found.push_back({"address-space", ok, "any number of addresses may be used", ""});
  else if (limit < needed)
    found.push_back({"address-space", problem,
                     "addresses are limited to " + readable_size(limit) +
                         " (ulimit -v), and a node maps up to " + readable_size(needed) +
                         ", though most of it takes no memory",
                     advice});
  else
    found.push_back({"address-space", ok, readable_size(limit) + " of addresses are enough", ""});
}

// The least limit of a group and of those around it; `file` as seen from the folder of the group.
std::uint64_t least_limit(const system_root& where, const std::string& folder, std::filesystem::path group,
                          const std::string& file) {
  auto least = unlimited;
  for (;;) {
    const auto path = folder + (group == "/" ? "" : group.string()) + "/" + file;
    if (const auto text = where.read(path))
      if (const auto limit = whole_number(*text))
        least = std::min(least, *limit);
    if (group == "/" || group.empty() || !group.has_parent_path() || group.parent_path() == group)
      return least;
    group = group.parent_path();
  }
}

std::uint64_t group_limit(const system_root& where) {
  auto least = unlimited;
  std::istringstream text(where.read("/proc/self/cgroup").value_or(""));
  for (std::string line; std::getline(text, line);) {
    // "0::/user.slice" of version 2, "4:memory:/docker/1" of version 1 (cgroups(7)).
    const auto first = line.find(':');
    const auto second = line.find(':', first + 1);
    if (first == std::string::npos || second == std::string::npos)
      continue;
    const auto kinds = "," + line.substr(first + 1, second - first - 1) + ",";
    const auto group = line.substr(second + 1);
    if (kinds == ",,")
      least = std::min(least, least_limit(where, "/sys/fs/cgroup", group, "memory.max"));
    else if (kinds.find(",memory,") != std::string::npos)
      least = std::min({least, least_limit(where, "/sys/fs/cgroup/memory", group, "memory.limit_in_bytes"),
                        // A container sees its own group at the top, whatever its path says.
                        least_limit(where, "/sys/fs/cgroup/memory", "/", "memory.limit_in_bytes")});
  }
  // Version 1 writes "no limit" as a huge number.
  return least >= std::uint64_t{1} << 62U ? unlimited : least;
}

void check_group(std::vector<finding>& found, const config& settings, const system_root& where) {
  const auto limit = group_limit(where);
  const auto most = most_of_arrays(settings, where);
  const auto text =
      "this process's control group may take " + readable_size(limit) + " of memory, arrays included";
  if (limit == unlimited)
    found.push_back({"group-memory", ok, "no control group limits the memory", ""});
  else if (settings.store_limit > limit)
    found.push_back(
        {"group-memory", problem,
         text + ", less than store_limit (" + readable_size(settings.store_limit) +
             "): the kernel kills processes before the store is full",
         "lower store_limit, or raise the limit: MemoryMax= of the unit, --memory of the container"});
  else if (settings.store_limit == 0 && (most == 0 || most > limit))
    found.push_back(
        {"group-memory", warning,
         text + ", and /dev/shm would hold more: the kernel kills processes instead of refusing an array",
         "set store_limit to what may be arrays, well below " + readable_size(limit)});
  else
    found.push_back({"group-memory", ok, text, ""});
}

void check_overcommit(std::vector<finding>& found, const system_root& where) {
  if (where.read("/proc/sys/vm/overcommit_memory").value_or("0") != "2") {
    found.push_back({"overcommit", ok, "memory is given when it is used", ""});
    return;
  }
  const auto limit = where.number_of("/proc/meminfo", "CommitLimit:").value_or(0) << 10U;
  const auto given = where.number_of("/proc/meminfo", "Committed_AS:").value_or(0) << 10U;
  found.push_back({"overcommit", warning,
                   "the kernel promises no more than " + readable_size(limit) +
                       " (vm.overcommit_memory=2), " + readable_size(limit - std::min(limit, given)) +
                       " of it are left: an array may be refused while /dev/shm has room",
                   "`sysctl vm.overcommit_memory=0` as root, or raise vm.overcommit_ratio"});
}

} // namespace

void check_limits(std::vector<finding>& found, const config& settings, const system_root& where) {
  check_files(found, settings, where);
  check_file_size(found, settings, where);
  check_addresses(found, settings, where);
  check_group(found, settings, where);
  check_overcommit(found, where);
}

} // namespace pinion
