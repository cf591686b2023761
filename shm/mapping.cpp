#include <pinion/shm/mapping.hpp>

#include <cerrno>
#include <cstring>
#include <utility>

#include <sys/stat.h>
#include <unistd.h>

#include <boost/interprocess/mapped_region.hpp>
#include <boost/interprocess/shared_memory_object.hpp>

#include <pinion/shm/error.hpp>
#include <pinion/shm/segment_header.hpp>
#include <pinion/shm/segment_name.hpp>

namespace bip = boost::interprocess;

namespace pinion {

struct mapping::parts {
  bip::mapped_region region;
  segment_facts facts{};
};

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

// The name was parsed already, so it holds no slash but the first.
void check_name(const std::string& name) {
  auto parsed = parse_segment_name(name);
  if (!parsed)
    raise(shm_errc::bad_reference, "a reference names something that is no segment of pinion");
  if (parsed->owner.uid != ::geteuid())
    refuse(name, "it belongs to user " + std::to_string(parsed->owner.uid) + ", not to " +
                     std::to_string(::geteuid()));
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

segment_facts copy_facts(const std::byte* base) {
  auto* header = const_cast<segment_header*>(std::launder(reinterpret_cast<const segment_header*>(base)));
  segment_facts copy{};
  // The atomic_ref only loads, so a read-only page is fine.
  auto magic = std::atomic_ref(header->facts.magic).load(std::memory_order_acquire);
  std::memcpy(&copy, base, sizeof copy);
  copy.magic = magic;
  return copy;
}

void check_facts(const std::string& name, const segment_facts& facts, std::uint64_t file_size) {
  if (facts.magic != segment_magic)
    refuse(name, "it does not begin as a segment of pinion does");
  if (facts.version != segment_version)
    refuse(name, "its layout has version " + std::to_string(facts.version) + ", this program knows version " +
                     std::to_string(segment_version) + "; build both from the same release");
  if (facts.size != file_size)
    refuse(name, "it says it has " + readable_size(facts.size) + " but has " + readable_size(file_size));
  if (facts.incarnation == 0)
    refuse(name, "it has no incarnation");
}

} // namespace

std::shared_ptr<const mapping> mapping::open(const std::string& name, access right) {
  check_name(name);
  check_before_open(name);
  auto mode = right == access::write ? bip::read_write : bip::read_only;
  auto made = std::make_unique<parts>();
  try {
    bip::shared_memory_object object(bip::open_only, name.c_str(), mode);
    struct stat file {};
    if (::fstat(object.get_mapping_handle().handle, &file) != 0)
      raise_open(name, errno);
    check_file(name, file);
    auto size = static_cast<std::uint64_t>(file.st_size);
    if (size < segment_header_size)
      refuse(name, "it has " + readable_size(size) + ", less than its header");
    made->region = bip::mapped_region(object, mode, 0, size);
    made->facts = copy_facts(static_cast<const std::byte*>(made->region.get_address()));
    check_facts(name, made->facts, size);
  } catch (const bip::interprocess_exception& e) {
    raise_open(name, e.get_native_error());
  }
  std::shared_ptr<mapping> result(new mapping(std::move(made)));
  result->segment = name;
  return result;
}

mapping::mapping(std::unique_ptr<parts> made) : parts_(std::move(made)) {
  incarnation = parts_->facts.incarnation;
  base = static_cast<std::byte*>(parts_->region.get_address());
  size = parts_->region.get_size();
}

mapping::~mapping() = default;

bool mapping::retired() const noexcept {
  return std::launder(reinterpret_cast<const segment_header*>(base))
             ->retired.load(std::memory_order_acquire) != 0;
}

bool mapping::named() const noexcept {
  struct stat file {};
  // Names are never used twice, so a name that exists is this segment's.
  return ::lstat(path_of(segment).c_str(), &file) == 0 || errno != ENOENT;
}

} // namespace pinion
