#include <pinion/runtime/segment_users.hpp>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>
#include <string_view>
#include <system_error>
#include <utility>

#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <pinion/shm/segment_name.hpp>

namespace pinion {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t longest_program = 60;
// What the kernel puts behind a name that is gone, and before one that memfd_create(2) was given (proc(5)).
constexpr std::string_view lost_name = " (deleted)";
constexpr std::string_view memfd_mark = "/memfd:";

template <class Number>
std::optional<Number> number(std::string_view text, int base) {
  Number value{};
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  return failed == std::errc{} && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

std::string_view word(std::string_view& rest) {
  rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
  const auto result = rest.substr(0, rest.find(' '));
  rest.remove_prefix(result.size());
  return result;
}

struct map_line {
  mapped_segment which;
  std::uint64_t bytes = 0;
};

// "7f00-7f10 r--s 00000000 00:1a 7 /dev/shm/pinion-…"; nothing for the maps of other files.
std::optional<map_line> parse_map(std::string_view line) {
  map_line result;
  auto place = line.find(memfd_mark);
  result.which.memfd = place != std::string_view::npos;
  if (!result.which.memfd)
    place = line.find(shm_directory);
  if (place == std::string_view::npos)
    return std::nullopt;
  auto name = std::string(
      line.substr(place + (result.which.memfd ? memfd_mark : std::string_view(shm_directory)).size()));
  if (result.which.memfd)
    name.insert(0, 1, '/');
  if (name.ends_with(lost_name)) {
    result.which.named = result.which.memfd;
    name.resize(name.size() - lost_name.size());
  }
  if (!parse_segment_name(name))
    return std::nullopt;
  result.which.name = name;
  auto rest = line.substr(0, place);
  const auto range = word(rest);
  word(rest); // rights
  word(rest); // offset
  const auto device = word(rest);
  const auto inode = number<std::uint64_t>(word(rest), 10);
  const auto dash = std::min(range.find('-'), range.size());
  const auto colon = std::min(device.find(':'), device.size());
  const auto from = number<std::uint64_t>(range.substr(0, dash), 16);
  const auto to = number<std::uint64_t>(range.substr(std::min(dash + 1, range.size())), 16);
  const auto major = number<unsigned>(device.substr(0, colon), 16);
  const auto minor = number<unsigned>(device.substr(std::min(colon + 1, device.size())), 16);
  if (!inode || !from || !to || *to < *from || !major || !minor)
    return std::nullopt;
  result.which.device = makedev(*major, *minor);
  result.which.inode = *inode;
  result.bytes = *to - *from;
  return result;
}

// The processes of this user, by their ids.
std::vector<pid_t> own_processes(const fs::path& root) {
  std::vector<pid_t> result;
  std::error_code failed;
  fs::directory_iterator entries(root / "proc", failed);
  for (; !failed && entries != fs::directory_iterator(); entries.increment(failed)) {
    const auto pid = number<pid_t>(entries->path().filename().string(), 10);
    struct stat facts {};
    if (pid && ::stat(entries->path().c_str(), &facts) == 0 && facts.st_uid == ::geteuid())
      result.push_back(*pid);
  }
  std::sort(result.begin(), result.end());
  return result;
}

fs::path process_folder(const fs::path& root, pid_t pid) { return root / "proc" / std::to_string(pid); }

} // namespace

std::vector<mapped_segment> list_mapped_segments(const fs::path& root) {
  std::map<std::pair<std::uint64_t, std::uint64_t>, mapped_segment> found;
  for (const auto pid : own_processes(root)) {
    std::ifstream maps(process_folder(root, pid) / "maps");
    std::string program;
    for (std::string line; std::getline(maps, line);) {
      auto one = parse_map(line);
      if (!one)
        continue;
      if (program.empty())
        program = program_of(pid, root);
      const std::pair key(one->which.device, one->which.inode);
      auto& segment = found.emplace(key, std::move(one->which)).first->second;
      if (segment.users.empty() || segment.users.back().pid != pid)
        segment.users.push_back({pid, program, 0});
      segment.users.back().bytes += one->bytes;
    }
  }
  std::vector<mapped_segment> result;
  for (auto& [key, each] : found)
    result.push_back(std::move(each));
  return result;
}

std::string program_of(pid_t pid, const fs::path& root) {
  std::ifstream file(process_folder(root, pid) / "cmdline", std::ios::binary);
  std::ostringstream all;
  all << file.rdbuf(); // the process may end in between: an iterator would throw that
  auto text = std::move(all).str();
  const auto end = std::min(text.find('\0'), text.size());
  // A worker's title is no path: "pinion-worker:lab/0".
  if (text.starts_with('/') || text.starts_with('.'))
    text.erase(0, text.rfind('/', end) + 1);
  while (!text.empty() && (text.back() == '\0' || text.back() == ' '))
    text.pop_back();
  for (auto& c : text)
    c = c == '\0' ? ' ' : c < 0x20 || c > 0x7e ? '?' : c;
  if (text.size() > longest_program) {
    text.resize(longest_program - 3);
    text += "...";
  }
  return text;
}

bool is_stopped(pid_t pid, const fs::path& root) {
  std::ifstream file(process_folder(root, pid) / "stat");
  std::string text;
  std::getline(file, text, '\0'); // as above
  const auto end = text.rfind(')');
  return end != std::string::npos && end + 2 < text.size() && (text[end + 2] == 'T' || text[end + 2] == 't');
}

} // namespace pinion
