#include <pinion/shm/arena_owner.hpp>

#include <algorithm>
#include <iterator>
#include <utility>

#include <sys/resource.h>
#include <unistd.h>

#include <pinion/shm/error.hpp>
#include <pinion/shm/reserve.hpp>
#include <pinion/shm/segment_file.hpp>

namespace pinion {

namespace {

// Address space, not memory: as much as results could ever take.
std::uint64_t arena_size(std::uint64_t limit, backing kind) {
  auto size = room_for(kind).total;
  if (size == 0)
    size = std::uint64_t{1} << 36;
  if (limit > 0)
    size = std::min(size, limit);
  rlimit files{};
  if (::getrlimit(RLIMIT_FSIZE, &files) == 0 && files.rlim_cur != RLIM_INFINITY)
    size = std::min<std::uint64_t>(size, files.rlim_cur);
  return std::max(size, std::uint64_t{2} * segment_header_size);
}

} // namespace

// Holds the owner, and so the segment, for as long as an array needs it.
class arena_owner::taken final : public origin, public std::enable_shared_from_this<taken> {
public:
  taken(std::shared_ptr<arena_owner> from, arena_block what, stored_array facts)
      : from_(std::move(from)), what_(what), facts_(std::move(facts)) {
    segment = from_->memory_->name();
    incarnation = from_->memory_->incarnation();
    base = from_->memory_->base();
    size = from_->memory_->size();
    facts_.segment = segment;
    facts_.incarnation = incarnation;
    facts_.offset = what.offset;
    facts_.bytes = what.size;
    facts_.since = std::chrono::steady_clock::now();
  }
  ~taken() override { from_->give_back(what_); }

  const stored_array& stored() const noexcept { return facts_; }
  stored_array facts() const {
    auto result = facts_;
    result.holders = weak_from_this().use_count();
    return result;
  }

private:
  std::shared_ptr<arena_owner> from_;
  arena_block what_;
  stored_array facts_;
};

std::shared_ptr<arena_owner> arena_owner::make(setup how) {
  const auto size = arena_size(how.books->limit(), how.kind);
  auto memory = segment::create(size, {how.tag, pages::sparse, how.kind, huge_pages::off, how.place});
  return std::shared_ptr<arena_owner>(new arena_owner(std::move(how), std::move(memory)));
}

arena_owner::arena_owner(setup how, std::unique_ptr<segment> memory)
    : setup_(std::move(how)), process_(::getpid()), memory_(std::move(memory)),
      file_(open_segment(memory_->name(), access::write).file), slot_(setup_.books->open()) {}

arena_owner::~arena_owner() { setup_.books->give_back(slot_); }

std::shared_ptr<const origin> arena_owner::take_over(arena_block what, stored_array facts) {
  {
    std::lock_guard lock(mutex_);
    const auto end = memory_->size();
    const auto after = taken_.lower_bound(what.offset);
    const bool inside = what.size > 0 && what.offset >= segment_header_size && what.offset < end &&
                        what.size <= end - what.offset;
    const bool apart =
        inside && (after == taken_.end() || what.offset + what.size <= after->first) &&
        (after == taken_.begin() || std::prev(after)->first + std::prev(after)->second.size <= what.offset);
    if (!apart)
      raise(shm_errc::bad_reference, "a result is said to lie where none can: " + std::to_string(what.size) +
                                         " bytes at " + memory_->name() + "+" + std::to_string(what.offset));
    taken_.emplace(what.offset, place{what.size, nullptr});
  }
  try {
    auto made = std::make_shared<taken>(shared_from_this(), what, std::move(facts));
    std::lock_guard lock(mutex_);
    taken_.at(what.offset).whose = made.get();
    return made;
  } catch (...) {
    std::lock_guard lock(mutex_);
    taken_.erase(what.offset);
    throw;
  }
}

void arena_owner::on_free(std::function<void(arena_block)> tell) {
  std::lock_guard lock(mutex_);
  tell_ = std::move(tell);
}

void arena_owner::give_back(arena_block what) noexcept {
  if (::getpid() != process_)
    return;
  stretch_of_pages free;
  {
    std::lock_guard lock(mutex_);
    taken_.erase(what.offset);
    if (!gone_) {
      if (tell_)
        tell_(what);
      return;
    }
    free = pages_of_it_alone(what);
    if (counted_)
      setup_.books->give(slot_, free.end - free.begin);
    if (taken_.empty())
      memory_->retire();
    if (ended_)
      return; // the memory goes with the last mapping
  }
  // Not left to the mappings, of which other workers may have some.
  soon([self = shared_from_this(), free] { self->release(free); });
}

// On the thread for what takes long, if there is one.
void arena_owner::soon(std::function<void()> work) noexcept {
  try {
    if (setup_.later)
      return setup_.later(work);
  } catch (const std::bad_alloc&) {
    // Here and now, then.
  }
  work();
}

void arena_owner::worker_gone() {
  places kept;
  {
    std::lock_guard lock(mutex_);
    if (std::exchange(gone_, true))
      return;
    tell_ = nullptr;
    if (taken_.empty())
      memory_->retire();
    kept = taken_;
  }
  soon([self = shared_from_this(), kept = std::move(kept)] {
    self->release_all_but(kept);
    self->count_taken();
  });
}

void arena_owner::retire() noexcept {
  std::lock_guard lock(mutex_);
  ended_ = true;
  memory_->retire();
}

// With the mutex held, and the block not among the taken ones any more: pages of which those have no part.
arena_owner::stretch_of_pages arena_owner::pages_of_it_alone(arena_block what) const {
  const auto page = whole_pages(1);
  stretch_of_pages result{what.offset / page * page, whole_pages(what.offset + what.size)};
  const auto after = taken_.lower_bound(what.offset);
  if (after != taken_.begin())
    if (const auto before = std::prev(after); before->first + before->second.size > result.begin)
      result.begin += page;
  if (after != taken_.end() && after->first < result.end)
    result.end -= page;
  result.end = std::max(result.begin, result.end);
  return result;
}

void arena_owner::release(stretch_of_pages what) const noexcept {
  release_part(file_.get(), what.begin, what.end - what.begin);
}

void arena_owner::release_all_but(const places& these) const noexcept {
  std::uint64_t from = segment_header_size;
  for (const auto& [offset, block] : these) {
    release_part(file_.get(), from, offset - from);
    from = offset + block.size;
  }
  release_part(file_.get(), from, memory_->size() - from);
}

// Until now the books said what the worker had written there.
void arena_owner::count_taken() noexcept {
  std::lock_guard lock(mutex_);
  std::uint64_t bytes = 0;
  std::uint64_t end = 0;
  for (const auto& [offset, block] : taken_) {
    const auto from = std::max(end, offset / whole_pages(1) * whole_pages(1));
    end = whole_pages(offset + block.size);
    bytes += end - from;
  }
  setup_.books->set(slot_, bytes);
  counted_ = true;
}

std::uint64_t arena_owner::blocks() const {
  std::lock_guard lock(mutex_);
  return taken_.size();
}

array_list arena_owner::list(const array_query& which) const {
  std::lock_guard lock(mutex_);
  std::vector<const taken*> blocks;
  for (const auto& [offset, block] : taken_)
    if (block.whose != nullptr)
      blocks.push_back(block.whose);
  return largest_of(blocks, which);
}

} // namespace pinion
