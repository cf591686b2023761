#include <pinion/shm/segment_file.hpp>

#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <pinion/shm/error.hpp>
#include <pinion/shm/memfd.hpp>
#include <pinion/shm/segment_name.hpp>

namespace pinion {

namespace {

[[noreturn]] void refuse(const std::string& name, const std::string& why) {
  raise(shm_errc::bad_reference, "the segment " + name + " is refused: " + why);
}

[[noreturn]] void raise_open(const std::string& name, int error_number) {
  if (error_number == ENOENT)
    raise(shm_errc::no_segment,
          "the segment " + name + " does not exist; its owner has dropped the array or is gone");
  raise_errno(shm_errc::system_failed, "cannot open the segment " + name, error_number);
}

// A name that parses holds no slash but the first.
segment_name checked(const std::string& name) {
  auto parsed = parse_segment_name(name);
  if (!parsed)
    raise(shm_errc::bad_reference, "a reference names something that is no segment of pinion");
  if (parsed->owner.uid != ::geteuid())
    refuse(name, "it belongs to user " + std::to_string(parsed->owner.uid) + ", not to " +
                     std::to_string(::geteuid()));
  return *std::move(parsed);
}

void check_file(const std::string& name, const struct stat& file) {
  if (!S_ISREG(file.st_mode))
    refuse(name, "it is not a shared memory object");
  if (file.st_uid != ::geteuid())
    refuse(name, "its file belongs to user " + std::to_string(file.st_uid));
}

// Anybody may put a pipe under our name in /dev/shm, and opening it would hang. But nobody else can replace a
// file of ours there (the directory is sticky), so what was ours before opening it is the same after.
void check_before_open(const std::string& name) {
  struct stat file {};
  if (::lstat(path_of(name).c_str(), &file) != 0)
    raise_open(name, errno);
  check_file(name, file);
}

} // namespace

segment_file open_segment(const std::string& name, access right) {
  if (const auto parsed = checked(name); parsed.descriptor)
    return open_memfd(parsed, right);
  check_before_open(name);
  const int mode = right == access::write ? O_RDWR : O_RDONLY;
  segment_file result{descriptor(::open(path_of(name).c_str(), mode | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK))};
  struct stat facts {};
  if (!result.file || ::fstat(result.file.get(), &facts) != 0)
    raise_open(name, errno);
  check_file(name, facts);
  result.size = static_cast<std::uint64_t>(facts.st_size);
  return result;
}

bool segment_exists(const std::string& name) noexcept {
  if (const auto parsed = parse_segment_name(name); parsed && parsed->descriptor)
    return memfd_exists(*parsed);
  struct stat file {};
  return ::lstat(path_of(name).c_str(), &file) == 0 || errno != ENOENT;
}

} // namespace pinion
