#include <pinion/shm/mapping.hpp>

#include <cstring>
#include <utility>

#include <sys/mman.h>
#include <unistd.h>

#include <boost/interprocess/mapped_region.hpp>

#include <pinion/shm/error.hpp>
#include <pinion/shm/file_segment.hpp>
#include <pinion/shm/segment_file.hpp>
#include <pinion/shm/segment_header.hpp>

namespace bip = boost::interprocess;

namespace pinion {

struct mapping::parts {
  bip::mapped_region region;
  std::uint64_t incarnation = 0;
  bool is_file = false;
};

namespace {

[[noreturn]] void refuse(const std::string& name, const std::string& why) {
  raise(shm_errc::bad_reference, "the segment " + name + " is refused: " + why);
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
  auto made = std::make_unique<parts>();
  made->is_file = names_file(name);
  const auto opened = made->is_file ? open_file_segment(name, right) : open_segment(name, right);
  if (opened.size < (made->is_file ? 1 : segment_header_size))
    refuse(name, "it has " + readable_size(opened.size) + ", less than its header");
  try {
    made->region =
        bip::mapped_region(opened, right == access::write ? bip::read_write : bip::read_only, 0, opened.size);
  } catch (const bip::interprocess_exception& e) {
    raise_errno(shm_errc::system_failed, "cannot map the segment " + name, e.get_native_error());
  }
  if (made->is_file) {
    made->incarnation = file_incarnation(opened.file.get());
  } else {
    auto* const header = made->region.get_address();
    const auto facts = copy_facts(static_cast<const std::byte*>(header));
    check_facts(name, facts, opened.size);
    // Only the owner writes it: a kernel that writes below its array ruins no more than its own task. Where
    // pages are larger than the header it shares one with blocks.
    if (right == access::write && static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)) <= segment_header_size)
      ::mprotect(header, segment_header_size, PROT_READ);
    made->incarnation = facts.incarnation;
  }
  std::shared_ptr<mapping> result(new mapping(std::move(made)));
  result->segment = name;
  return result;
}

mapping::mapping(std::unique_ptr<parts> made) : parts_(std::move(made)) {
  incarnation = parts_->incarnation;
  base = static_cast<std::byte*>(parts_->region.get_address());
  size = parts_->region.get_size();
}

mapping::~mapping() = default;

bool mapping::retired() const noexcept {
  return !parts_->is_file && std::launder(reinterpret_cast<const segment_header*>(base))
                                     ->retired.load(std::memory_order_acquire) != 0;
}

std::uint64_t mapping::first() const noexcept { return parts_->is_file ? 0 : segment_header_size; }

bool mapping::named() const noexcept {
  return parts_->is_file ? file_segment_exists(segment, incarnation) : segment_exists(segment);
}

} // namespace pinion
