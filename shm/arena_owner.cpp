#include <pinion/shm/arena_owner.hpp>

#include <algorithm>
#include <iterator>
#include <utility>

#include <sys/resource.h>

#include <pinion/shm/error.hpp>
#include <pinion/shm/reserve.hpp>
#include <pinion/shm/segment_file.hpp>

namespace pinion {

namespace {

// Address space, not memory: as much as results could ever take.
std::uint64_t arena_size(std::uint64_t limit) {
  auto size = room_in_shm().total;
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
  const auto size = arena_size(how.books->limit());
  auto memory = segment::create(size, how.tag, pages::sparse);
  return std::shared_ptr<arena_owner>(new arena_owner(std::move(how), std::move(memory)));
}

arena_owner::arena_owner(setup how, std::unique_ptr<segment> memory)
    : setup_(std::move(how)), memory_(std::move(memory)),
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
  bool last = false;
  {
    std::lock_guard lock(mutex_);
    taken_.erase(what.offset);
    last = gone_ && taken_.empty();
    if (!gone_ && tell_)
      tell_(what);
    if (!gone_)
      return;
  }
  if (last) {
    memory_->retire();
    // The memory goes with the mapping, which takes a while.
    if (setup_.later)
      setup_.later([self = shared_from_this()] {});
    return;
  }
  // The books follow; a little late does no harm.
  release_part(file_.get(), what.offset, what.size);
  setup_.books->give(slot_, std::min(what.size, setup_.books->taken(slot_)));
}

void arena_owner::worker_gone() {
  {
    std::lock_guard lock(mutex_);
    if (std::exchange(gone_, true))
      return;
    tell_ = nullptr;
    if (taken_.empty())
      memory_->retire();
  }
  auto work = [self = shared_from_this()] {
    self->setup_.books->set(self->slot_, self->release_all_but_taken());
  };
  if (setup_.later)
    setup_.later(std::move(work));
  else
    work();
}

// What was handed over stays where it is; returns how much that is.
std::uint64_t arena_owner::release_all_but_taken() {
  const auto blocks = [&] {
    std::lock_guard lock(mutex_);
    return taken_;
  }();
  std::uint64_t from = segment_header_size;
  std::uint64_t kept = 0;
  for (const auto& [offset, block] : blocks) {
    release_part(file_.get(), from, offset - from);
    from = offset + block.size;
    kept += block.size;
  }
  release_part(file_.get(), from, memory_->size() - from);
  return kept;
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
