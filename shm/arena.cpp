#include <pinion/shm/arena.hpp>

#include <algorithm>
#include <cstring>
#include <iterator>
#include <map>
#include <mutex>
#include <utility>

#include <unistd.h>

#include <boost/icl/interval_set.hpp>

#include <pinion/shm/error.hpp>
#include <pinion/shm/free_list.hpp>
#include <pinion/shm/mapping.hpp>
#include <pinion/shm/reserve.hpp>
#include <pinion/shm/segment_file.hpp>
#include <pinion/shm/segment_header.hpp>
#include <pinion/shm/segment_name.hpp>

namespace pinion {

namespace {

using part = boost::icl::right_open_interval<std::uint64_t>;
using parts = boost::icl::interval_set<std::uint64_t, std::less, part>;

// Blocks of at least this go back to the system as soon as they are free.
constexpr std::uint64_t large = std::uint64_t{16} << 20;
// Free memory that is kept for the next arrays.
constexpr std::uint64_t most_warm = std::uint64_t{64} << 20;

std::uint64_t page_size() {
  static const auto size = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  return size;
}

part whole_pages_around(std::uint64_t offset, std::uint64_t size) {
  const auto page = page_size();
  return {offset / page * page, (offset + size + page - 1) / page * page};
}

std::uint64_t usable(std::uint64_t size) {
  return size <= segment_header_size
             ? 0
             : (size - segment_header_size) / free_list::alignment * free_list::alignment;
}

} // namespace

// Guarded by its mutex, all but what is const.
struct arena::state {
  state(const std::string& name, std::shared_ptr<ledger> ledger_of_node, ledger::slot mine)
      : memory(mapping::open(name, access::write)), file(open_segment(name, access::write).file),
        kind(parse_segment_name(name)->descriptor ? backing::memfd : backing::named),
        books(std::move(ledger_of_node)), slot(mine), free(segment_header_size, usable(memory->size)) {}

  // Free when neither side has it any more: a kernel may keep a handle to what it returned.
  struct entry {
    std::uint64_t size = 0;
    bool here = true;   ///< an array of this process lies in it
    bool there = false; ///< the node has it
  };

  const std::shared_ptr<const mapping> memory;
  const descriptor file;
  const backing kind;
  const std::shared_ptr<ledger> books;
  const ledger::slot slot;
  const pid_t process = ::getpid();

  mutable std::mutex mutex;
  free_list free;
  parts backed;                          ///< what has pages
  std::uint64_t held = 0;                ///< bytes of that
  std::map<std::uint64_t, entry> blocks; ///< by offset
  std::uint64_t used = 0;

  parts reserve_pages(std::uint64_t offset, std::uint64_t size);
  void release(std::uint64_t offset, std::uint64_t size) noexcept;
  void drop(std::uint64_t offset) noexcept;
  void forget_unused(std::map<std::uint64_t, entry>::iterator which) noexcept;
};

// Gives pages to a block; returns which of them are new, and so zero.
parts arena::state::reserve_pages(std::uint64_t offset, std::uint64_t size) {
  const auto wanted = whole_pages_around(offset, size);
  parts fresh;
  fresh += wanted;
  fresh -= backed & wanted;
  const auto bytes = fresh.size();
  if (bytes == 0)
    return fresh;
  if (!books->take(slot, bytes)) {
    const auto limit = books->limit();
    const auto left = limit - std::min(limit, books->taken());
    throw no_space_error("the node's arrays have " + readable_size(left) + " free of their limit of " +
                             readable_size(limit) + ", " + readable_size(bytes) +
                             " needed for a result; drop arrays or raise store_limit",
                         bytes, left, limit);
  }
  try {
    for (const auto& each : fresh)
      reserve_part(file.get(), each.lower(), each.upper() - each.lower(), memory->segment, kind);
  } catch (...) {
    // Some of it may have come; none of it is noted, so none may stay.
    for (const auto& each : fresh)
      release_part(file.get(), each.lower(), each.upper() - each.lower());
    books->give(slot, bytes);
    throw;
  }
  backed += fresh;
  held += bytes;
  return fresh;
}

void arena::state::release(std::uint64_t offset, std::uint64_t size) noexcept {
  try {
    const auto around = free.give(offset, size);
    used -= size;
    if (size < large && held <= used + std::min(most_warm, books->spare()))
      return;
    // Its pages, but for those at its ends of which others still have a part.
    const auto page = page_size();
    const auto mine = whole_pages_around(offset, size);
    const part cold(std::max(mine.lower(), (around.begin + page - 1) / page * page),
                    std::min(mine.upper(), around.end / page * page));
    const auto bytes = (backed & cold).size();
    if (bytes == 0)
      return;
    // First the note, which may fail: what has pages and is not noted is only reserved once more.
    backed -= cold;
    held -= bytes;
    release_part(file.get(), cold.lower(), cold.upper() - cold.lower());
    books->give(slot, bytes);
  } catch (const std::bad_alloc&) {
    // No memory to note that it is free: it stays lost until this process ends.
  }
}

void arena::state::drop(std::uint64_t offset) noexcept {
  if (::getpid() != process) // a kernel's forked child
    return;
  std::lock_guard lock(mutex);
  const auto at = blocks.find(offset);
  if (at == blocks.end())
    return;
  at->second.here = false;
  forget_unused(at);
}

void arena::state::forget_unused(std::map<std::uint64_t, entry>::iterator which) noexcept {
  const auto [offset, facts] = *which;
  if (facts.here || facts.there)
    return;
  blocks.erase(which);
  release(offset, facts.size);
}

// What an array of this process holds on to.
class arena::block final : public origin {
public:
  block(std::shared_ptr<state> from, std::uint64_t offset) : from_(std::move(from)), offset_(offset) {
    segment = from_->memory->segment;
    incarnation = from_->memory->incarnation;
    base = from_->memory->base;
    size = from_->memory->size;
  }
  ~block() override { from_->drop(offset_); }

private:
  std::shared_ptr<state> from_;
  std::uint64_t offset_;
};

arena::arena(const std::string& segment, std::shared_ptr<ledger> books, ledger::slot slot)
    : state_(std::make_shared<state>(segment, std::move(books), slot)) {}

arena::~arena() = default;

any_array arena::make(dtype type, const extents& shape, fill with, order lie) {
  if (!valid(type))
    raise(shm_errc::wrong_type, "no element type has the number " + std::to_string(static_cast<int>(type)));
  const auto lay = in_order(shape, lie);
  const auto bytes = byte_count(shape, type);
  const auto size = free_list::rounded(bytes);
  parts fresh;
  std::uint64_t offset = 0;
  {
    std::lock_guard lock(state_->mutex);
    const auto found = size == 0 ? std::nullopt : state_->free.take(size);
    if (!found)
      throw no_space_error("a worker's results may take " + readable_size(state_->memory->size) + ", " +
                               readable_size(state_->free.largest()) + " of it in one piece are left, " +
                               readable_size(bytes) + " needed; return less, or drop results",
                           bytes, state_->free.largest(), state_->memory->size);
    offset = *found;
    try {
      fresh = state_->reserve_pages(offset, size);
      state_->blocks.emplace(offset, state::entry{size});
    } catch (...) {
      state_->free.give(offset, size);
      throw;
    }
    state_->used += size;
  }
  // From here on its end gives the block back.
  const auto owner = [&] {
    try {
      return std::make_shared<block>(state_, offset);
    } catch (...) {
      state_->drop(offset);
      throw;
    }
  }();
  auto* data = state_->memory->base + offset;
  if (with == fill::zero) {
    parts old;
    old += part(offset, offset + bytes);
    old -= fresh;
    for (const auto& each : old)
      std::memset(state_->memory->base + each.lower(), 0, each.upper() - each.lower());
  }
  return any_array(any_view(data, type, lay, owner, true));
}

std::optional<arena_block> arena::hand_over(const array_ref& what) {
  if (what.segment != state_->memory->segment)
    return std::nullopt;
  std::lock_guard lock(state_->mutex);
  const auto after = state_->blocks.upper_bound(what.offset);
  if (after == state_->blocks.begin())
    return std::nullopt;
  auto& [offset, found] = *std::prev(after);
  if (what.offset >= offset + found.size || std::exchange(found.there, true))
    return std::nullopt;
  return arena_block{offset, found.size};
}

void arena::free(arena_block what) noexcept {
  std::lock_guard lock(state_->mutex);
  const auto at = state_->blocks.find(what.offset);
  if (at == state_->blocks.end() || !at->second.there || at->second.size != what.size)
    return;
  at->second.there = false;
  state_->forget_unused(at);
}

std::uint64_t arena::held() const {
  std::lock_guard lock(state_->mutex);
  return state_->held;
}

std::uint64_t arena::blocks() const {
  std::lock_guard lock(state_->mutex);
  return state_->blocks.size();
}

} // namespace pinion
