#include <pinion/shm/memfd.hpp>

#include <array>
#include <cerrno>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <pinion/shm/error.hpp>

namespace pinion {

namespace {

// What memfd_create is told; it is known before the descriptor is.
std::string plain_name(segment_name what) {
  what.descriptor.reset();
  return to_string(what).substr(1);
}

// How /proc shows the descriptor of such memory (proc(5)); empty when there is none.
std::string link_of(const std::string& path) {
  std::array<char, 256> text{};
  const auto size = ::readlink(path.c_str(), text.data(), text.size());
  return size < 0 ? std::string() : std::string(text.data(), static_cast<std::size_t>(size));
}

constexpr std::string_view link_begin = "/memfd:";
constexpr std::string_view link_end = " (deleted)";

std::string link_for(const segment_name& what) {
  return std::string(link_begin) + plain_name(what) + std::string(link_end);
}

[[noreturn]] void raise_gone(const segment_name& what) {
  raise(shm_errc::no_segment,
        "the segment " + to_string(what) + " does not exist; its owner has dropped the array or is gone");
}

// Why /proc does not show it. EACCES: proc(5) shows a process's descriptors to whom it lets be traced by.
[[noreturn]] void raise_unseen(const segment_name& what, int error_number) {
  if (error_number == EACCES || error_number == EPERM)
    raise(shm_errc::system_failed,
          "the segment " + to_string(what) + " cannot be reached through /proc/" +
              std::to_string(what.owner.pid) +
              "/fd: the system does not let this process look into its owner (another user, or prctl "
              "PR_SET_DUMPABLE); let the owner put its arrays into /dev/shm (array_memory = \"named\")");
  raise_gone(what);
}

// "/memfd:pinion-1000-… (deleted)" says whose it is; nothing for what is no segment.
std::optional<segment_name> name_from(std::string_view link) {
  if (!link.starts_with(link_begin) || !link.ends_with(link_end))
    return std::nullopt;
  link.remove_suffix(link_end.size());
  return parse_segment_name('/' + std::string(link.substr(link_begin.size())));
}

// One that open_memfd() opened, not the owner's first: it has O_NONBLOCK (proc(5), fdinfo: flags in octal).
bool opened_again(const std::filesystem::path& process, const std::string& number) {
  std::ifstream file(process / "fdinfo" / number);
  std::string key;
  unsigned flags = 0;
  while (file >> key)
    if (key == "flags:")
      return (file >> std::oct >> flags) && (flags & O_NONBLOCK) != 0;
  return false;
}

} // namespace

descriptor make_memfd(const segment_name& what) {
  const auto name = plain_name(what);
  descriptor result(::memfd_create(name.c_str(), MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!result && errno == EMFILE)
    raise(shm_errc::system_failed,
          "no descriptor is left for another segment, of which each array of 16 MiB or "
          "more takes one; raise the limit on open files (ulimit -n), or put arrays into "
          "/dev/shm (array_memory = \"named\")");
  if (!result || ::fchmod(result.get(), 0600) != 0)
    raise_errno(shm_errc::system_failed, "cannot make the segment " + name, errno);
  return result;
}

void seal_size(int descriptor) noexcept {
  ::fcntl(descriptor, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL);
}

segment_file open_memfd(const segment_name& what, access right) {
  const auto path = path_of(to_string(what));
  const auto expected = link_for(what);
  // What has the number now may be anything, and opening a pipe or a device is not without effects.
  if (const auto found = link_of(path); found.empty())
    raise_unseen(what, errno);
  else if (found != expected)
    raise_gone(what);
  const int mode = right == access::write ? O_RDWR : O_RDONLY;
  segment_file result{descriptor(::open(path.c_str(), mode | O_CLOEXEC | O_NONBLOCK | O_NOCTTY))};
  if (!result.file && (errno == ENOENT || errno == EACCES || errno == EPERM))
    raise_unseen(what, errno);
  struct stat facts {};
  if (!result.file || ::fstat(result.file.get(), &facts) != 0)
    raise_errno(shm_errc::system_failed, "cannot open the segment " + to_string(what), errno);
  if (link_of("/proc/self/fd/" + std::to_string(result.file.get())) != expected || !S_ISREG(facts.st_mode))
    raise_gone(what);
  if (facts.st_uid != ::geteuid())
    raise(shm_errc::bad_reference, "the segment " + to_string(what) +
                                       " is refused: its file belongs to user " +
                                       std::to_string(facts.st_uid));
  result.size = static_cast<std::uint64_t>(facts.st_size);
  return result;
}

bool memfd_exists(const segment_name& what) noexcept {
  try {
    return link_of(path_of(to_string(what))) == link_for(what);
  } catch (...) {
    return true; // no memory to look: not the moment to forget a segment
  }
}

std::vector<segment_name> list_memfds() {
  namespace fs = std::filesystem;
  std::vector<segment_name> result;
  std::error_code failed;
  fs::directory_iterator processes("/proc", failed);
  for (; !failed && processes != fs::directory_iterator(); processes.increment(failed)) {
    const auto pid = processes->path().filename().string();
    if (pid.find_first_not_of("0123456789") != std::string::npos)
      continue;
    std::error_code hidden; // another user's process, or one that has ended
    fs::directory_iterator open(processes->path() / "fd", hidden);
    for (; !hidden && open != fs::directory_iterator(); open.increment(hidden)) {
      auto name = name_from(link_of(open->path().string()));
      const auto number = open->path().filename().string();
      if (!name || name->owner.uid != ::geteuid() || std::to_string(name->owner.pid) != pid ||
          opened_again(processes->path(), number))
        continue;
      std::uint32_t value = 0;
      std::from_chars(number.data(), number.data() + number.size(), value);
      name->descriptor = value;
      if (owner_alive(name->owner))
        result.push_back(*std::move(name));
    }
  }
  return result;
}

} // namespace pinion
