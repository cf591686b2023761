#include <pinion/shm/segment.hpp>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <new>
#include <utility>

#include <sys/mman.h>
#include <sys/random.h>
#include <unistd.h>

#include <boost/interprocess/mapped_region.hpp>
#include <boost/interprocess/shared_memory_object.hpp>

#include <pinion/shm/descriptor.hpp>
#include <pinion/shm/error.hpp>
#include <pinion/shm/memfd.hpp>
#include <pinion/shm/reserve.hpp>
#include <pinion/shm/segment_name.hpp>

namespace bip = boost::interprocess;

namespace pinion {

struct segment::parts {
  std::string name;
  std::uint64_t incarnation = 0;
  owner_id owner;
  bip::shared_memory_object object; ///< of a named one, while it is made
  descriptor memory;                ///< of one without a name
  bip::mapped_region region;

  // What Boost.Interprocess maps from.
  bip::mapping_handle_t get_mapping_handle() const noexcept {
    return memory ? bip::mapping_handle_t{memory.get(), false} : object.get_mapping_handle();
  }
  int file() const noexcept { return get_mapping_handle().handle; }
  std::byte* base() const noexcept { return static_cast<std::byte*>(region.get_address()); }
};

namespace {

// Bytes from which a segment's pages are made ready by several threads.
constexpr std::uint64_t large = std::uint64_t{64} << 20;
// Huge pages have 2 MiB on all machines that we build for; smaller segments can have none.
constexpr std::uint64_t huge_from = std::uint64_t{2} << 20;

std::uint64_t random_incarnation() {
  std::uint64_t value = 0;
  while (value == 0)
    if (::getrandom(&value, sizeof value, 0) != sizeof value && errno != EINTR)
      raise_errno(shm_errc::system_failed, "cannot get random numbers for a segment", errno);
  return value;
}

std::uint64_t next_number() noexcept {
  // Of the process, not of a store: two stores must not try the same names.
  static std::atomic<std::uint64_t> last{0};
  return ++last;
}

// Removes a name that was made, unless all went well. Memory without one goes with its descriptor.
struct undo {
  std::string name;
  ~undo() {
    if (!name.empty())
      bip::shared_memory_object::remove(name.c_str());
  }
};

// O_CREAT | O_EXCL, mode 0600, close-on-exec (which shm_open sets by itself).
std::string make_object(bip::shared_memory_object& object, const owner_id& owner) {
  // A taken name can only be left from a process with our id and start time in another pid namespace.
  for (int tries = 0; tries < 100; ++tries) {
    auto name = to_string(segment_name{owner, next_number()});
    try {
      bip::shared_memory_object made(bip::create_only, name.c_str(), bip::read_write, bip::permissions(0600));
      object.swap(made);
      return name;
    } catch (const bip::interprocess_exception& e) {
      if (e.get_native_error() == EEXIST)
        continue;
      raise_errno(shm_errc::system_failed, "cannot make the segment " + name, e.get_native_error());
    }
  }
  raise(shm_errc::name_taken,
        "100 names in a row for a new segment are taken in /dev/shm; remove what is left there");
}

// Says from the first moment in which process id namespace the owner counts, for a sweep from another one.
// Reserving takes a while (0.3 s a GiB). Not yet a segment: the magic number is missing. No harm when it
// fails for want of room: reserve will say so.
void sign(int descriptor, const owner_id& owner) {
  segment_facts facts{};
  facts.version = segment_version;
  facts.owner_pid = static_cast<std::uint32_t>(owner.pid);
  facts.pid_namespace = this_pid_namespace();
  [[maybe_unused]] const auto written = ::pwrite(descriptor, &facts, sizeof facts, 0);
}

void write_header(std::byte* base, std::uint64_t size, std::uint64_t incarnation, const owner_id& owner,
                  std::string_view tag) {
  auto* header = new (base) segment_header{};
  auto& facts = header->facts;
  facts.version = segment_version;
  facts.owner_pid = static_cast<std::uint32_t>(owner.pid);
  facts.incarnation = incarnation;
  facts.size = size;
  facts.pid_namespace = this_pid_namespace();
  tag.copy(facts.tag.data(), facts.tag.size() - 1);
  // This store makes the segment one: before it, readers refuse it.
  std::atomic_ref(facts.magic).store(segment_magic, std::memory_order_release);
}

} // namespace

std::uint64_t whole_pages(std::uint64_t size) noexcept {
  static const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  // Sizes near the top stay what they are: they fail later for want of space, with the right figure.
  return size > std::numeric_limits<std::uint64_t>::max() - page ? size : (size + page - 1) / page * page;
}

std::unique_ptr<segment> segment::create(std::uint64_t size, const segment_options& options) {
  size = whole_pages(std::max<std::uint64_t>(size, segment_header_size));
  check_file_limit(size);
  auto made = std::make_unique<parts>();
  made->owner = this_owner();
  made->incarnation = random_incarnation();
  const auto kind = options.kind == backing::memfd ? backing::memfd : backing::named;
  undo on_failure; // with a copy of the name: what is made may be gone already when it is needed
  if (kind == backing::memfd) {
    segment_name name{made->owner, next_number()};
    made->memory = make_memfd(name);
    name.descriptor = static_cast<std::uint32_t>(made->memory.get());
    made->name = to_string(name);
  } else {
    on_failure.name = make_object(made->object, made->owner);
    made->name = on_failure.name;
  }
  sign(made->file(), made->owner);
  const bool huge = options.huge == huge_pages::automatic && size >= huge_from;
  const bool through_mapping = options.how == pages::reserved && (size >= large || huge || options.place);
  const bool by_file = options.how == pages::by_file;
  if (through_mapping || by_file || options.how == pages::as_written)
    check_room(size, kind);
  if (options.how == pages::reserved && !through_mapping)
    reserve(made->file(), size, made->name, kind);
  else
    size_sparse(made->file(), size, through_mapping || by_file ? 0 : segment_header_size, made->name, kind);
  if (kind == backing::memfd)
    seal_size(made->file());
  try {
    made->region = bip::mapped_region(*made, bip::read_write, 0, size);
  } catch (const bip::interprocess_exception& e) {
    raise_errno(shm_errc::system_failed, "cannot map " + readable_size(size) + " of " + made->name,
                e.get_native_error());
  }
  if (huge) // a wish: where the system has none it says so, or nothing
    ::madvise(made->base(), size, MADV_HUGEPAGE);
  if (options.place)
    options.place(made->base(), size);
  if (through_mapping)
    reserve_mapped(made->file(), made->base(), size, made->name, kind);
  else if (by_file)
    reserve(made->file(), size, made->name, kind);
  // The descriptor of a named one is not needed any more; a store with many arrays would run out of them.
  made->object = bip::shared_memory_object();
  write_header(made->base(), size, made->incarnation, made->owner, options.tag);
  std::unique_ptr<segment> result(new segment(std::move(made)));
  on_failure.name.clear();
  return result;
}

segment::segment(std::unique_ptr<parts> made)
    : parts_(std::move(made)), name_(parts_->name), incarnation_(parts_->incarnation), base_(parts_->base()),
      size_(parts_->region.get_size()), owner_pid_(parts_->owner.pid) {}

segment::~segment() { retire(); }

void segment::retire() noexcept {
  if (::getpid() != owner_pid_ || retired_.exchange(true))
    return;
  // First the mark, then the name: who finds no name but has the segment mapped will also find the mark.
  std::launder(reinterpret_cast<segment_header*>(base_))->retired.store(1, std::memory_order_release);
  if (parts_->memory)
    parts_->memory.reset();
  else
    bip::shared_memory_object::remove(name_.c_str());
}

void segment::drop_pages() noexcept {
  // Not behind the back of those for whom this is only a mapping.
  if (::getpid() == owner_pid_)
    ::madvise(base_, size_, MADV_REMOVE);
}

} // namespace pinion
