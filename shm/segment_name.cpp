#include <pinion/shm/segment_name.hpp>

#include <cerrno>
#include <charconv>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <sys/stat.h>
#include <unistd.h>

#include <pinion/shm/error.hpp>

namespace pinion {

namespace {

constexpr std::string_view prefix = "/pinion-";
constexpr std::size_t longest_name = 96;
constexpr std::string_view descriptor_mark = "fd";

struct process_stat {
  char state;
  std::uint64_t start;
};

std::optional<process_stat> stat_of(const std::string& pid) {
  std::ifstream file("/proc/" + pid + "/stat");
  std::string text;
  // The process may end in between, and reading fails (ESRCH): getline takes that, an iterator throws it.
  std::getline(file, text, '\0');
  // Field 2 is the program's name in brackets and may hold blanks and brackets itself; after the last one
  // comes field 3.
  auto end_of_name = text.rfind(')');
  if (end_of_name == std::string::npos || end_of_name + 2 >= text.size())
    return std::nullopt;
  process_stat result{text[end_of_name + 2], 0};
  auto at = end_of_name + 2;
  for (int field = 3; field < 22; ++field) {
    at = text.find(' ', at);
    if (at == std::string::npos)
      return std::nullopt;
    ++at;
  }
  auto [end, failed] = std::from_chars(text.data() + at, text.data() + text.size(), result.start);
  if (failed != std::errc{})
    return std::nullopt;
  return result;
}

std::string read_boot_id() {
  std::ifstream file("/proc/sys/kernel/random/boot_id");
  std::string text(8, '0');
  if (!file.read(text.data(), 8) || text.find_first_not_of("0123456789abcdef") != std::string::npos)
    return "00000000";
  return text;
}

const std::string& this_boot() {
  static const std::string boot = read_boot_id();
  return boot;
}

// A zombie's first thread has ended; the process goes on while it has others.
bool has_other_threads(const std::string& pid) {
  std::error_code failed;
  std::filesystem::directory_iterator tasks("/proc/" + pid + "/task", failed);
  return !failed && std::distance(begin(tasks), end(tasks)) > 1;
}

// Takes one field up to the next dash, or to the end for the last one.
std::string_view next_field(std::string_view& rest) {
  auto field = rest.substr(0, rest.find('-'));
  rest.remove_prefix(std::min(rest.size(), field.size() + 1));
  return field;
}

template <class T>
bool number_from(std::string_view text, T& value) {
  auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  return failed == std::errc{} && end == text.data() + text.size() && value >= 0;
}

} // namespace

std::string to_string(const segment_name& name) {
  return std::string(prefix) + std::to_string(name.owner.uid) + '-' + name.owner.boot + '-' +
         std::to_string(name.owner.pid) + '-' + std::to_string(name.owner.start) + '-' +
         std::to_string(name.number) +
         (name.descriptor ? "-fd" + std::to_string(*name.descriptor) : std::string());
}

std::optional<segment_name> parse_segment_name(std::string_view text) {
  if (text.size() > longest_name || !text.starts_with(prefix))
    return std::nullopt;
  auto rest = text.substr(prefix.size());
  segment_name name;
  auto uid = next_field(rest);
  auto boot = next_field(rest);
  auto pid = next_field(rest);
  auto start = next_field(rest);
  if (!number_from(uid, name.owner.uid) || !number_from(pid, name.owner.pid) ||
      !number_from(start, name.owner.start) || !number_from(next_field(rest), name.number))
    return std::nullopt;
  if (rest.starts_with(descriptor_mark) &&
      !number_from(rest.substr(descriptor_mark.size()), name.descriptor.emplace()))
    return std::nullopt;
  if (boot.size() != 8 || boot.find_first_not_of("0123456789abcdef") != std::string_view::npos ||
      name.owner.pid == 0)
    return std::nullopt;
  name.owner.boot = boot;
  // Leading zeros and the like give the same numbers, but another text.
  if (to_string(name) != text)
    return std::nullopt;
  return name;
}

std::string path_of(const std::string& segment) {
  if (const auto name = parse_segment_name(segment); name && name->descriptor)
    return "/proc/" + std::to_string(name->owner.pid) + "/fd/" + std::to_string(*name->descriptor);
  return shm_directory + segment;
}

owner_id this_owner() {
  errno = 0;
  auto stat = stat_of("self");
  if (!stat && (errno == EMFILE || errno == ENFILE))
    raise(shm_errc::system_failed,
          "no descriptor is left for another segment; raise the limit on open files (ulimit -n)");
  if (!stat)
    raise(shm_errc::system_failed, "/proc/self/stat cannot be read; pinion needs /proc to name its segments");
  return {::geteuid(), this_boot(), ::getpid(), stat->start};
}

bool owner_alive(const owner_id& owner) {
  if (owner.boot != this_boot())
    return false;
  auto pid = static_cast<pid_t>(owner.pid);
  if (pid != owner.pid)
    return false;
  if (::kill(pid, 0) != 0 && errno == ESRCH)
    return false;
  auto text = std::to_string(owner.pid);
  auto stat = stat_of(text);
  // There is such a process but /proc does not tell more (hidepid): no proof that it is not the owner.
  if (!stat)
    return ::kill(pid, 0) == 0 || errno != ESRCH;
  if (stat->start != owner.start)
    return false;
  return (stat->state != 'Z' && stat->state != 'X') || has_other_threads(text);
}

std::uint64_t this_pid_namespace() {
  struct stat facts {};
  return ::stat("/proc/self/ns/pid", &facts) == 0 ? facts.st_ino : 0;
}

} // namespace pinion
