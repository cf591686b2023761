#include <pinion/shm/file_segment.hpp>

#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>

#include <pinion/shm/error.hpp>

namespace pinion {

namespace {

constexpr std::string_view prefix = "file:";

// A step of SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014), whose
// output differs in half of its bits for any change of its input.
std::uint64_t mixed(std::uint64_t seed, std::uint64_t with) {
  auto x = seed + with + 0x9e3779b97f4a7c15;
  x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27U)) * 0x94d049bb133111eb;
  return x ^ (x >> 31U);
}

std::uint64_t incarnation_of(const struct stat& facts) {
  std::uint64_t result = 0;
  for (const auto each :
       {static_cast<std::uint64_t>(facts.st_dev), static_cast<std::uint64_t>(facts.st_ino),
        static_cast<std::uint64_t>(facts.st_size), static_cast<std::uint64_t>(facts.st_mtim.tv_sec),
        static_cast<std::uint64_t>(facts.st_mtim.tv_nsec)})
    result = mixed(result, each);
  return result == 0 ? 1 : result;
}

std::string path_in(const std::string& name) { return name.substr(prefix.size()); }

} // namespace

bool names_file(std::string_view segment) noexcept { return segment.starts_with(prefix); }

std::string file_segment_name(const std::filesystem::path& path) {
  std::error_code failed;
  const auto full = std::filesystem::canonical(path, failed);
  if (failed)
    raise(shm_errc::file_failed, "cannot open " + path.string() + ": " + failed.message());
  return std::string(prefix) + full.string();
}

segment_file open_file_segment(const std::string& name, access right) {
  const auto path = path_in(name);
  if (path.empty() || path.front() != '/' || path.find('\0') != std::string::npos)
    raise(shm_errc::bad_reference, "a reference names a file without its full path");
  if (right == access::write)
    raise(shm_errc::read_only,
          path +
              " is mapped to be read only, and its file stays as it is; load it into an array to change it");
  segment_file result{descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY))};
  struct stat facts {};
  if (!result.file && errno == ENOENT)
    raise(shm_errc::no_segment, "the mapped file " + path + " does not exist any more");
  if (!result.file || ::fstat(result.file.get(), &facts) != 0)
    raise_errno(shm_errc::system_failed, "cannot open the mapped file " + path, errno);
  if (!S_ISREG(facts.st_mode))
    raise(shm_errc::bad_reference, "a reference names " + path + ", which is not a regular file");
  result.size = static_cast<std::uint64_t>(facts.st_size);
  return result;
}

std::uint64_t file_incarnation(int descriptor) {
  struct stat facts {};
  if (::fstat(descriptor, &facts) != 0)
    raise_errno(shm_errc::system_failed, "cannot look at a mapped file", errno);
  return incarnation_of(facts);
}

bool file_segment_exists(const std::string& name, std::uint64_t incarnation) noexcept {
  struct stat facts {};
  return ::stat(name.c_str() + prefix.size(), &facts) == 0 && incarnation_of(facts) == incarnation;
}

} // namespace pinion
