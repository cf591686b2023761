#include <pinion/shm/segment_list.hpp>

#include <algorithm>
#include <optional>
#include <system_error>
#include <tuple>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <pinion/shm/descriptor.hpp>
#include <pinion/shm/memfd.hpp>
#include <pinion/shm/segment_header.hpp>

namespace pinion {

namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t stat_block = 512; // of st_blocks, whatever the file system's is (stat(2))

std::chrono::system_clock::time_point moment(const struct statx_timestamp& at) {
  return std::chrono::system_clock::time_point(
      std::chrono::duration_cast<std::chrono::system_clock::duration>(std::chrono::seconds{at.tv_sec} +
                                                                      std::chrono::nanoseconds{at.tv_nsec}));
}

// What its owner wrote of itself; nothing for what is no header of this version. One that is not signed was
// left by an owner that died in the very moment of making it.
std::optional<segment_facts> read_facts(const fs::path& path, int flags) {
  const descriptor opened(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | flags));
  segment_facts facts{};
  if (!opened || ::pread(opened.get(), &facts, sizeof facts, 0) != sizeof facts ||
      (facts.magic != segment_magic && facts.magic != 0) || facts.version != segment_version)
    return std::nullopt;
  return facts;
}

std::string printable_tag(const segment_facts& facts) {
  std::string result(facts.tag.begin(), std::find(facts.tag.begin(), facts.tag.end(), '\0'));
  std::replace_if(
      result.begin(), result.end(), [](char c) { return c < 0x20 || c > 0x7e; }, '?');
  return result;
}

found_segment::state judged(const owner_id& owner, const std::optional<segment_facts>& facts) {
  if (facts && facts->pid_namespace != 0 && facts->pid_namespace != this_pid_namespace())
    return found_segment::state::elsewhere;
  return owner_alive(owner) ? found_segment::state::alive : found_segment::state::dead;
}

bool look_at(const fs::path& path, int flags, struct statx& file) {
  return ::statx(AT_FDCWD, path.c_str(), flags, STATX_BASIC_STATS | STATX_BTIME, &file) == 0;
}

found_segment found(const segment_name& name, const fs::path& path, const struct statx& file) {
  found_segment one;
  one.name = to_string(name);
  one.path = path;
  one.owner = name.owner;
  one.size = file.stx_size;
  one.taken = file.stx_blocks * stat_block;
  one.device = makedev(file.stx_dev_major, file.stx_dev_minor);
  one.inode = file.stx_ino;
  one.since = moment((file.stx_mask & STATX_BTIME) != 0 ? file.stx_btime : file.stx_mtime);
  return one;
}

void sort(std::vector<found_segment>& all) {
  std::sort(all.begin(), all.end(), [](const auto& x, const auto& y) {
    const auto key = [](const found_segment& each) {
      const auto name = parse_segment_name(each.name);
      return std::tuple(each.owner.pid, each.owner.start, name ? name->number : 0);
    };
    return key(x) < key(y);
  });
}

} // namespace

segment_listing list_segments(const fs::path& folder) {
  segment_listing result;
  std::error_code failed;
  fs::directory_iterator entries(folder, failed);
  for (; !failed && entries != fs::directory_iterator(); entries.increment(failed)) {
    const auto& path = entries->path();
    const auto text = '/' + path.filename().string();
    const auto name = parse_segment_name(text);
    struct statx file {};
    // The name of memory without one says nothing when a file has it.
    if (!name || name->descriptor || !look_at(path, AT_SYMLINK_NOFOLLOW, file))
      continue;
    if (name->owner.uid != ::geteuid()) {
      ++result.others;
      result.others_taken += file.stx_blocks * stat_block;
    } else if (file.stx_uid != ::geteuid()) {
      result.intruders.push_back(text);
    } else {
      auto one = found(*name, path, file);
      if (S_ISREG(file.stx_mode)) {
        const auto facts = read_facts(path, O_NOFOLLOW);
        one.now = judged(name->owner, facts);
        one.tag = facts ? printable_tag(*facts) : std::string();
      }
      result.mine.push_back(std::move(one));
    }
  }
  sort(result.mine);
  std::sort(result.intruders.begin(), result.intruders.end());
  return result;
}

segment_listing list_segments() {
  auto result = list_segments(shm_directory);
  for (const auto& name : list_memfds()) {
    const fs::path path = path_of(to_string(name));
    struct statx file {};
    if (!look_at(path, 0, file) || file.stx_uid != ::geteuid())
      continue;
    auto one = found(name, path, file);
    one.what = found_segment::kind::memfd;
    one.now = found_segment::state::alive;
    if (const auto facts = read_facts(path, 0))
      one.tag = printable_tag(*facts);
    result.mine.push_back(std::move(one));
  }
  sort(result.mine);
  return result;
}

const char* name_of(found_segment::state what) noexcept {
  switch (what) {
  case found_segment::state::alive:
    return "alive";
  case found_segment::state::dead:
    return "dead";
  case found_segment::state::elsewhere:
    return "elsewhere";
  case found_segment::state::strange:
    return "strange";
  }
  return "unknown";
}

} // namespace pinion
