#include <pinion/shm/heap.hpp>

#include <algorithm>
#include <chrono>
#include <limits>
#include <utility>

#include <unistd.h>

#include <pinion/shm/error.hpp>

namespace pinion {

namespace {

constexpr std::uint64_t first_segment = std::uint64_t{1} << 20;
constexpr std::uint64_t largest_segment = std::uint64_t{64} << 20;
// Bytes from which an array has a segment to itself: large enough that the system calls do not count, and
// that what is lost to whole pages does not either; small enough that big arrays go back to the system as
// soon as they are dropped.
constexpr std::uint64_t own_segment_from = std::uint64_t{16} << 20;
// For the next mapping to be dropped by whoever does that: 0.2 s a GiB, and there may be more before it.
constexpr std::chrono::seconds patience{5};

// Not left to the mappings, of which workers keep theirs until they hear of it, or until a long task is done.
std::shared_ptr<const void> remains_of(std::shared_ptr<room> gone) {
  const auto* mapping = gone->memory->base();
  return {mapping, [gone = std::move(gone)](const void*) { gone->memory->drop_pages(); }};
}

} // namespace

heap::heap(store_options options)
    : options_(std::move(options)), process_(::getpid()),
      books_(options_.books ? options_.books : std::make_shared<ledger>(options_.limit)),
      slot_(books_->open()), next_size_(first_segment) {
  if (slot_ == ledger::no_slot)
    raise(shm_errc::system_failed, "too many stores count on one ledger");
}

heap::~heap() { books_->give_back(slot_); }

piece heap::take(std::uint64_t size, pages how) {
  if (size < own_segment_from) {
    std::lock_guard lock(mutex_);
    if (auto found = take_from_rooms(size))
      return *std::move(found);
  }
  auto fresh = new_room(size, how);
  std::lock_guard lock(mutex_);
  // The books first: they may throw bad_alloc, and then the segment just goes.
  try {
    if (fresh->single)
      single_.insert(fresh);
    else
      shared_.push_back(fresh);
  } catch (...) {
    unbook(fresh->memory->size());
    throw;
  }
  return take_from(fresh, *fresh->free.take(size), size);
}

std::optional<piece> heap::take_from_rooms(std::uint64_t size) {
  const room_ptr* best = nullptr;
  for (const auto& candidate : shared_)
    if (candidate->free.largest() >= size &&
        (best == nullptr || candidate->free.largest() < (*best)->free.largest()))
      best = &candidate;
  if (best == nullptr)
    return std::nullopt;
  return take_from(*best, *(*best)->free.take(size), size);
}

piece heap::take_from(const room_ptr& where, std::uint64_t offset, std::uint64_t size) {
  auto end = offset + size;
  auto dirty = std::min(end, std::max(where->fresh_from, offset)) - offset;
  where->fresh_from = std::max(where->fresh_from, end);
  stats_.used += size;
  ++stats_.blocks;
  return {where, offset, size, dirty};
}

heap::room_ptr heap::new_room(std::uint64_t size, pages how) {
  auto single = size >= own_segment_from;
  if (size > std::numeric_limits<std::uint64_t>::max() / 2)
    raise(shm_errc::overflow, "an array of " + readable_size(size) + " is too big");
  auto least = whole_pages(size + segment_header_size);
  auto wanted = least;
  if (!single) {
    std::lock_guard lock(mutex_);
    wanted = std::max(least, next_size_);
    next_size_ = std::min(next_size_ * 2, largest_segment);
  }
  auto made = new_segment(wanted, least, single ? how : pages::reserved);
  const auto booked = made->size();
  try {
    return std::make_shared<room>(std::move(made), single);
  } catch (...) {
    std::lock_guard lock(mutex_);
    unbook(booked);
    throw;
  }
}

// When there is not enough room for a segment of the size wanted, a smaller one will do, down to the least.
std::unique_ptr<segment> heap::new_segment(std::uint64_t wanted, std::uint64_t least, pages how) {
  for (;;) {
    wanted = book(wanted, least);
    const auto dropped = graves_->dropped();
    std::exception_ptr failure;
    bool full = false;
    try {
      return segment::create(wanted, {options_.tag, how, options_.kind, options_.huge, options_.place});
    } catch (const no_space_error&) {
      full = true;
      failure = std::current_exception();
    } catch (...) {
      failure = std::current_exception();
    }
    {
      std::lock_guard lock(mutex_);
      unbook(wanted);
    }
    if (full && wanted > least)
      wanted = std::max(least, whole_pages(wanted / 2));
    else if (!full)
      std::rethrow_exception(failure);
    // What was dropped a moment ago is taken until its mapping is gone, and that is somebody else's work.
    else if (!retire_spare() && !graves_->wait_for_more(dropped, patience))
      raise_full(least, failure);
  }
}

// Enters a segment in the books before it is made, so that two threads cannot pass the limit together.
// Returns its size.
std::uint64_t heap::book(std::uint64_t wanted, std::uint64_t least) {
  constexpr int most_tries = 20;
  int tries = 0;
  for (;;) {
    {
      std::lock_guard lock(mutex_);
      const auto limit = books_->limit() == 0 ? std::numeric_limits<std::uint64_t>::max() : books_->limit();
      const auto taken = books_->taken();
      // Whole pages, as create() would round up and pass the limit.
      const auto left = limit > taken ? (limit - taken) / whole_pages(1) * whole_pages(1) : 0;
      const auto size = std::min(wanted, left);
      if (least <= left && books_->take(slot_, size)) {
        stats_.reserved += size;
        ++stats_.segments;
        return size;
      }
      // There was room: two who wanted it at once were both refused (see ledger). Once more, for less.
      if (least <= left && tries++ < most_tries) {
        wanted = least;
        continue;
      }
    }
    if (!retire_spare()) {
      raise_full(least);
    }
  }
}

// With the mutex held.
void heap::unbook(std::uint64_t size) noexcept {
  stats_.reserved -= size;
  --stats_.segments;
  books_->give(slot_, size);
}

// Lets go of an emptied segment that is kept for the next array; false when there is none.
bool heap::retire_spare() {
  room_ptr spare;
  {
    std::lock_guard lock(mutex_);
    auto found =
        std::find_if(shared_.begin(), shared_.end(), [](const room_ptr& r) { return r->free.whole(); });
    if (found == shared_.end())
      return false;
    spare = *found;
    forget(spare);
  }
  retire(std::move(spare));
  return true;
}

void heap::give(piece back) noexcept {
  room_ptr gone;
  {
    std::lock_guard lock(mutex_);
    stats_.used -= back.size;
    --stats_.blocks;
    try {
      back.in->free.give(back.offset, back.size);
    } catch (const std::bad_alloc&) {
      // No memory to note that the piece is free: it stays lost until its segment goes, which is better than
      // to die here.
      return;
    }
    if (!closed_)
      gone = remove_if_spare(back.in);
  }
  if (gone) {
    back.in.reset();
    retire(std::move(gone));
  }
}

// Which segment is to go now that one has become empty: its own if it was made for one block; else, as one
// spare is kept, the smaller of two.
heap::room_ptr heap::remove_if_spare(const room_ptr& emptied) {
  if (!emptied->free.whole())
    return nullptr;
  room_ptr gone;
  if (emptied->single) {
    gone = emptied;
  } else {
    auto other = std::find_if(shared_.begin(), shared_.end(),
                              [&](const room_ptr& r) { return r != emptied && r->free.whole(); });
    // Others who count on the same books cannot ask for it as retire_spare() does.
    const bool too_large = options_.books && emptied->memory->size() > books_->spare();
    if (other == shared_.end() && !too_large)
      return nullptr;
    gone = other != shared_.end() && (*other)->memory->size() < emptied->memory->size() ? *other : emptied;
  }
  forget(gone);
  return gone;
}

void heap::forget(const room_ptr& gone) noexcept {
  unbook(gone->memory->size());
  if (gone->single)
    single_.erase(gone);
  else
    std::erase(shared_, gone);
}

void heap::retire(room_ptr gone) noexcept {
  // A forked child lets go of its own mapping, and has no news for anybody.
  if (::getpid() != process_)
    return;
  gone->memory->retire();
  try {
    {
      std::lock_guard telling(tell_mutex_);
      if (tell_)
        tell_(gone->memory->name());
    }
    if (options_.bury)
      options_.bury(graves_->enter(remains_of(std::move(gone))));
  } catch (...) {
    // Only news of the segment was lost; it is gone all the same. Nobody above a destructor could do better.
  }
}

void heap::close() noexcept {
  std::vector<room_ptr> shared;
  std::unordered_set<room_ptr> single;
  {
    std::lock_guard lock(mutex_);
    closed_ = true;
    shared.swap(shared_);
    single.swap(single_);
  }
  on_retire({});
  for (const auto& r : shared)
    r->memory->retire();
  for (const auto& r : single)
    r->memory->retire();
}

void heap::on_retire(std::function<void(const std::string&)> tell) {
  std::lock_guard telling(tell_mutex_);
  tell_ = std::move(tell);
}

store_stats heap::stats() const {
  std::lock_guard lock(mutex_);
  return stats_;
}

} // namespace pinion
