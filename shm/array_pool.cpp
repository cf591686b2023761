#include <pinion/shm/array_pool.hpp>

#include <algorithm>
#include <list>
#include <mutex>
#include <optional>
#include <utility>

#include <pinion/shm/error.hpp>

namespace pinion {

struct array_pool::shelf {
  explicit shelf(options what) : how(std::move(what)) {}

  struct thing {
    any_array memory; ///< bytes
    clock::time_point until;
  };

  // The smallest that fits and is not far too large.
  std::optional<any_array> take(std::uint64_t bytes) {
    const std::lock_guard lock(mutex);
    auto best = things.end();
    for (auto at = things.begin(); at != things.end(); ++at) {
      const auto size = static_cast<std::uint64_t>(at->memory.size());
      if (size >= bytes && size / 2 <= bytes &&
          (best == things.end() || at->memory.size() < best->memory.size()))
        best = at;
    }
    if (best == things.end())
      return std::nullopt;
    auto result = std::move(best->memory);
    total -= static_cast<std::uint64_t>(result.size());
    things.erase(best);
    return result;
  }

  void give(any_array memory) noexcept {
    const auto size = static_cast<std::uint64_t>(memory.size());
    try {
      {
        const std::lock_guard lock(mutex);
        if (closed || total + size > how.most || (how.may_keep && !how.may_keep(total + size)))
          return;
        things.push_back({std::move(memory), clock::now() + how.time});
        total += size;
      }
      if (how.kept)
        how.kept();
    } catch (...) {
      // It is not kept, that is all.
    }
  }

  bool drop_all() {
    std::list<thing> gone; // dropped without the lock
    const std::lock_guard lock(mutex);
    gone.swap(things);
    total = 0;
    return !gone.empty();
  }

  const options how;
  mutable std::mutex mutex;
  // All below is guarded by mutex.
  std::list<thing> things; ///< the longest kept first
  std::uint64_t total = 0;
  bool closed = false;
};

array_pool::array_pool(store& from, options how)
    : from_(from), shelf_(std::make_shared<shelf>(std::move(how))) {}

array_pool::~array_pool() { close(); }

void array_pool::close() {
  {
    const std::lock_guard lock(shelf_->mutex);
    shelf_->closed = true;
  }
  shelf_->drop_all();
}

any_array array_pool::make(dtype type, const extents& shape, order lie, std::string label) {
  const auto bytes = byte_count(shape, type);
  if (bytes < shelf_->how.least) {
    auto result = from_.make(type, shape, fill::as_written, lie);
    from_.label(result, std::move(label));
    return result;
  }
  auto memory = shelf_->take(bytes);
  const auto fresh = [&] {
    return from_.make(dtype::uint8, {static_cast<std::int64_t>(bytes)}, fill::as_written);
  };
  try {
    if (!memory)
      memory = fresh();
  } catch (const no_space_error&) {
    if (!shelf_->drop_all())
      throw;
    memory = fresh();
  }
  from_.label(*memory, std::move(label));
  auto* const data = memory->view().data;
  const auto* const block = memory->view().source.get();
  // The last who holds the array gives its memory back.
  std::shared_ptr<const origin> lent(
      block, [to = shelf_, kept = std::move(*memory)](const origin*) mutable { to->give(std::move(kept)); });
  return any_array(any_view(data, type, in_order(shape, lie), std::move(lent), true));
}

array_pool::clock::time_point array_pool::upkeep(clock::time_point now) {
  std::list<shelf::thing> gone; // dropped without the lock
  const std::lock_guard lock(shelf_->mutex);
  auto& things = shelf_->things;
  while (!things.empty() && things.front().until <= now) {
    shelf_->total -= static_cast<std::uint64_t>(things.front().memory.size());
    gone.splice(gone.end(), things, things.begin());
  }
  return things.empty() ? clock::time_point::max() : things.front().until;
}

std::uint64_t array_pool::kept() const {
  const std::lock_guard lock(shelf_->mutex);
  return shelf_->total;
}

} // namespace pinion
