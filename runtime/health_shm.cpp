// Checks of /dev/shm itself: shm-mount, shm-size, shm-free.
#include <pinion/runtime/health_check.hpp>

#include <algorithm>
#include <optional>
#include <sstream>

#include <sys/stat.h>

#include <pinion/runtime/backing_choice.hpp>
#include <pinion/shm/error.hpp>
#include <pinion/shm/memory_room.hpp>
#include <pinion/shm/segment_name.hpp>

namespace pinion {

namespace {

using enum finding::level;

// What containers have when nobody says more.
constexpr std::uint64_t container_size = std::uint64_t{64} << 20;
// The first segment of a store.
constexpr std::uint64_t least_free = std::uint64_t{1} << 20;

constexpr const char* enlarge =
    "make it larger: `mount -o remount,size=8G /dev/shm` as root, a line in /etc/fstab "
    "to keep it; in a container start that with --shm-size=8g";

struct mount {
  std::string type;
  bool read_only = false;
};

// The last line for the folder counts: it lies over the others (proc_pid_mountinfo(5)).
std::optional<mount> mount_of(const system_root& where, const std::string& folder) {
  std::istringstream text(where.read("/proc/self/mountinfo").value_or(""));
  std::optional<mount> result;
  for (std::string line; std::getline(text, line);) {
    const auto words = words_of(line);
    const auto dash = std::find(words.begin(), words.end(), "-");
    if (words.size() < 6 || words[4] != folder || words.end() - dash < 4)
      continue;
    const auto read_only = [](const std::string& options) {
      return options == "ro" || options.starts_with("ro,");
    };
    result = mount{dash[1], read_only(words[5]) || read_only(dash[3])};
  }
  return result;
}

// Can arrays be made there at all?
bool check_use(std::vector<finding>& found, const config& settings, const system_root& where) {
  struct stat facts {};
  const auto refuse = [&](const std::string& says, const std::string& advice) {
    if (settings.array_memory == backing::named)
      found.push_back({"shm-mount", problem, says + ": no array can be made", advice});
    else
      found.push_back({"shm-mount", warning, says + ": arrays lie in memory without a name instead", advice});
    return false;
  };
  if (::stat(where.path(shm_directory).c_str(), &facts) != 0 || !S_ISDIR(facts.st_mode))
    return refuse("there is no /dev/shm",
                  "mount one: `mkdir -p /dev/shm && mount -t tmpfs -o mode=1777 tmpfs /dev/shm` as root");
  const auto mounted = mount_of(where, shm_directory);
  if (mounted && mounted->read_only)
    return refuse(
        "/dev/shm is mounted read-only",
        "`mount -o remount,rw /dev/shm` as root; in a container leave out --read-only for it, or add "
        "--tmpfs /dev/shm");
  if (facts.st_uid != where.user && (facts.st_mode & S_IWOTH) == 0 && where.user != 0)
    return refuse("/dev/shm is not open to this user", "`chmod 1777 /dev/shm` as root");
  return true;
}

void check_mount(std::vector<finding>& found, const system_root& where) {
  struct stat facts {};
  const auto add = [&](finding::level how, const std::string& says, const std::string& advice = "") {
    found.push_back({"shm-mount", how, says, advice});
  };
  const auto mounted = mount_of(where, shm_directory);
  if (::stat(where.path(shm_directory).c_str(), &facts) == 0 && (facts.st_mode & S_IWOTH) != 0 &&
      (facts.st_mode & S_ISVTX) == 0)
    add(problem, "/dev/shm has no sticky bit: any user can remove or replace your arrays",
        "`chmod 1777 /dev/shm` as root");
  else if (!mounted || mounted->type != "tmpfs")
    add(warning,
        "/dev/shm is no tmpfs of its own" + (mounted ? ", but " + mounted->type : std::string()) +
            ": arrays may be written to a disk",
        "`mount -t tmpfs -o mode=1777 tmpfs /dev/shm` as root");
  else
    add(ok, "/dev/shm is a tmpfs and open to you");
}

// For segments with a name.
void check_size(std::vector<finding>& found, const config& settings, const system_root& where) {
  const auto memory = where.number_of("/proc/meminfo", "MemTotal:").value_or(0) << 10U;
  const auto total = where.shm_total;
  const auto add = [&](finding::level how, const std::string& says, const std::string& advice) {
    found.push_back({"shm-size", how, says, advice});
  };
  if (total == 0)
    add(ok, "/dev/shm has no limit", "");
  else if (settings.store_limit > total)
    add(problem,
        "/dev/shm has " + readable_size(total) + ", less than store_limit asks for (" +
            readable_size(settings.store_limit) + ")",
        std::string(enlarge) + "; or lower store_limit");
  else if (total <= container_size)
    add(warning,
        "/dev/shm has " + readable_size(total) + " only, what a container is given when nobody says more",
        enlarge);
  else if (memory > 0 && settings.store_limit == 0 && total < memory / 8)
    add(warning,
        "/dev/shm has " + readable_size(total) + ", little of the " + readable_size(memory) + " of memory",
        enlarge);
  else
    add(ok,
        "/dev/shm has " + readable_size(total) +
            (memory > 0 ? ", the machine " + readable_size(memory) + " of memory" : ""),
        "");
}

void check_free(std::vector<finding>& found, const system_root& where) {
  const auto says = readable_size(where.shm_free) + " of /dev/shm are free";
  const std::string advice =
      "see what lies there: `pinion shm ls`, `du -a /dev/shm`; `pinion shm gc` removes what "
      "dead processes left";
  if (where.shm_total > 0 && where.shm_free < std::min(least_free, where.shm_total / 20))
    found.push_back({"shm-free", problem, "/dev/shm is full: " + says, advice});
  else if (where.shm_total > 0 && where.shm_free < where.shm_total / 10)
    found.push_back({"shm-free", warning, "/dev/shm is nearly full: " + says, advice});
  else
    found.push_back({"shm-free", ok, says, ""});
}

} // namespace

void check_shm(std::vector<finding>& found, const config& settings, const system_root& where) {
  if (settings.array_memory == backing::memfd) {
    found.push_back(
        {"shm-size", ok, "arrays lie in memory without a name (array_memory), not in /dev/shm", ""});
    return;
  }
  if (!check_use(found, settings, where))
    return;
  const auto choice =
      choose_backing(settings.array_memory, settings.store_limit, shm_room{where.shm_free, where.shm_total},
                     room_in_memory(where.path("/")));
  if (choice.kind == backing::memfd) {
    // What else is wrong with /dev/shm disturbs no array then.
    found.push_back({"shm-size", warning, choice.note,
                     std::string(enlarge) + (settings.store_limit > 0 ? "; or lower store_limit" : "")});
    return;
  }
  check_mount(found, where);
  check_size(found, settings, where);
  check_free(found, where);
}

} // namespace pinion
