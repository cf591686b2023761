#include <pinion/runtime/memory_cgroup.hpp>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string_view>
#include <system_error>
#include <vector>

namespace pinion {

namespace {

namespace fs = std::filesystem;

// A kernel file says what it thinks of a value when it is closed.
bool write(const fs::path& file, const std::string& text) {
  std::ofstream out(file);
  out << text;
  out.close();
  return bool(out);
}

std::string read(const fs::path& file) {
  std::ifstream in(file);
  std::ostringstream text;
  text << in.rdbuf(); // the group may go in between (ENODEV): an iterator would throw that
  return std::move(text).str();
}

bool has_word(const fs::path& file, std::string_view word) {
  const auto words = words_of(read(file));
  return std::find(words.begin(), words.end(), word) != words.end();
}

// This process's place in the hierarchy of a controller; version 2 has none (an empty name).
std::string own_place(const system_root& system, std::string_view controller) {
  std::istringstream lines(system.read("/proc/self/cgroup").value_or(""));
  for (std::string line; std::getline(lines, line);) {
    const auto first = line.find(':');
    const auto second = line.find(':', first + 1);
    if (second == std::string::npos)
      continue;
    const auto names = "," + line.substr(first + 1, second - first - 1) + ",";
    if (controller.empty() ? names == ",,"
                           : names.find("," + std::string(controller) + ",") != std::string::npos)
      return line.substr(second + 1);
  }
  return {};
}

// Where a hierarchy can be seen: one of version 2, or that of version 1 with the controller.
fs::path mount_of(const system_root& system, std::string_view type, std::string_view option) {
  std::istringstream lines(system.read("/proc/self/mountinfo").value_or(""));
  for (std::string line; std::getline(lines, line);) {
    const auto words = words_of(line);
    const auto dash = std::find(words.begin(), words.end(), "-");
    if (words.size() < 5 || words.end() - dash < 4 || dash[1] != type)
      continue;
    if (option.empty() || ("," + dash[3] + ",").find("," + std::string(option) + ",") != std::string::npos)
      return system.path(words[4]);
  }
  return {};
}

// In a container the place may be told as the host sees it, and the mount begins with it.
fs::path own_folder(const fs::path& mount, const std::string& place) {
  std::error_code why;
  const auto whole = mount / fs::path(place).relative_path();
  return fs::is_directory(whole, why) ? whole : mount;
}

} // namespace

std::unique_ptr<memory_cgroup> memory_cgroup::make(const system_root& system, const std::string& name,
                                                   std::size_t bytes) {
  const auto limit = std::to_string(bytes);
  std::error_code why;
  const auto made = [&](const fs::path& parent, const char* limit_file, const char* swap_file,
                        const std::string& swap, const char* events) -> std::unique_ptr<memory_cgroup> {
    const auto folder = parent / name;
    if (!fs::create_directory(folder, why) || why)
      return nullptr;
    std::unique_ptr<memory_cgroup> result(new memory_cgroup(folder, events));
    if (!write(folder / limit_file, limit))
      return nullptr;
    if (fs::exists(folder / swap_file, why))
      write(folder / swap_file, swap); // else it would swap instead
    return result;
  };
  if (const auto mount = mount_of(system, "cgroup2", {}); !mount.empty()) {
    // A cgroup with processes in it has no children with controllers, so this is a brother of ours as a rule.
    const auto own = own_folder(mount, own_place(system, {}));
    for (const auto& parent : {own, own.parent_path()})
      if (has_word(parent / "cgroup.subtree_control", "memory"))
        if (auto result = made(parent, "memory.max", "memory.swap.max", "0", "memory.events"))
          return result;
  }
  if (const auto mount = mount_of(system, "cgroup", "memory"); !mount.empty())
    return made(own_folder(mount, own_place(system, "memory")), "memory.limit_in_bytes",
                "memory.memsw.limit_in_bytes", limit, "memory.oom_control");
  return nullptr;
}

memory_cgroup::~memory_cgroup() {
  // One rmdir(2): what looks like files in it goes with the folder.
  std::error_code why;
  fs::remove(folder_, why);
}

bool memory_cgroup::take(pid_t process) const {
  return write(folder_ / "cgroup.procs", std::to_string(process));
}

bool memory_cgroup::has_killed() const {
  const auto words = words_of(read(folder_ / events_));
  const auto count = std::find(words.begin(), words.end(), "oom_kill");
  return count != words.end() && count + 1 != words.end() && *(count + 1) != "0";
}

} // namespace pinion
