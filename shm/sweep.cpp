#include <pinion/shm/sweep.hpp>

#include <filesystem>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <pinion/shm/descriptor.hpp>
#include <pinion/shm/segment_header.hpp>
#include <pinion/shm/segment_name.hpp>

namespace pinion {

namespace {

struct facts_read {
  bool ours = false;
  std::uint64_t size = 0;
};

// Whether a file is a segment that we may judge. One that is not signed was left by an owner that died in the
// very moment of making it; its name is all there is to go by.
facts_read look_at(const std::string& path) {
  struct stat file {};
  if (::lstat(path.c_str(), &file) != 0 || !S_ISREG(file.st_mode) || file.st_uid != ::geteuid())
    return {};
  facts_read result{true, static_cast<std::uint64_t>(file.st_size)};
  descriptor opened(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  segment_facts facts{};
  if (opened && ::pread(opened.get(), &facts, sizeof facts, 0) == sizeof facts &&
      (facts.magic == segment_magic || facts.magic == 0) && facts.version == segment_version)
    result.ours = facts.pid_namespace == 0 || facts.pid_namespace == this_pid_namespace();
  return result;
}

} // namespace

std::vector<swept> sweep_dead_owners() {
  std::vector<swept> removed;
  std::error_code failed;
  std::filesystem::directory_iterator entries(shm_directory, failed);
  for (; !failed && entries != std::filesystem::directory_iterator(); entries.increment(failed)) {
    auto segment = '/' + entries->path().filename().string();
    auto name = parse_segment_name(segment);
    if (!name || name->descriptor || name->owner.uid != ::geteuid() || owner_alive(name->owner))
      continue;
    // No other process can take this name after its owner's death, so nothing new can be removed by mistake.
    auto facts = look_at(path_of(segment));
    if (facts.ours && ::shm_unlink(segment.c_str()) == 0)
      removed.push_back({segment, name->owner.pid, facts.size});
  }
  return removed;
}

} // namespace pinion
