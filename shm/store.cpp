#include <pinion/shm/store.hpp>

#include <algorithm>
#include <cstring>
#include <utility>

#include <pinion/shm/block.hpp>
#include <pinion/shm/error.hpp>
#include <pinion/shm/heap.hpp>

namespace pinion {

store::store(store_options options) : heap_(std::make_shared<heap>(std::move(options))) {}

store::~store() { heap_->close(); }

// Says of how many of its bytes it may hold old data.
std::shared_ptr<block> store::take(dtype type, const extents& shape, pages how, std::uint64_t& dirty) {
  if (!valid(type))
    raise(shm_errc::wrong_type, "no element type has the number " + std::to_string(static_cast<int>(type)));
  const auto bytes = byte_count(shape, type);
  // Arrays without elements take a block too: they have a place like any other, and references to them are
  // valid.
  auto what = heap_->take(free_list::rounded(bytes), how);
  dirty = std::min(what.dirty, bytes);
  try {
    stored_array facts;
    facts.type = type;
    facts.shape = shape;
    facts.since = std::chrono::steady_clock::now();
    return std::make_shared<block>(heap_, what, std::move(facts));
  } catch (...) {
    heap_->give(std::move(what));
    throw;
  }
}

namespace {

pages pages_for(fill with) noexcept {
  switch (with) {
  case fill::by_file:
    return pages::by_file;
  case fill::as_written:
    return pages::as_written;
  default:
    return pages::reserved;
  }
}

} // namespace

any_array store::make(dtype type, const extents& shape, fill with, order lie) {
  auto lay = in_order(shape, lie);
  std::uint64_t dirty = 0;
  auto owner = take(type, shape, pages_for(with), dirty);
  // Fresh pages are zero already: to clear them again would double the cost of a big array.
  if (with == fill::zero)
    std::memset(owner->data(), 0, dirty);
  auto* data = owner->data();
  return any_array(any_view(data, type, lay, std::move(owner), true));
}

void store::on_retire(std::function<void(const std::string& segment)> tell) {
  heap_->on_retire(std::move(tell));
}

store_stats store::stats() const { return heap_->stats(); }

std::vector<stored_array> store::list() const { return heap_->list(); }

array_list store::list(const array_query& which) const { return heap_->list(which); }

bool store::label(const any_view& which, std::string text) {
  return heap_->label(which.source.get(), std::move(text));
}

} // namespace pinion
