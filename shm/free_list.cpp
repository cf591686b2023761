#include <pinion/shm/free_list.hpp>

#include <cassert>
#include <iterator>
#include <limits>

namespace pinion {

free_list::free_list(std::uint64_t begin, std::uint64_t size) : size_(size), free_(size) {
  assert(begin % alignment == 0 && size % alignment == 0);
  if (size > 0)
    insert(begin, size);
}

std::uint64_t free_list::rounded(std::uint64_t size) noexcept {
  if (size == 0)
    return alignment;
  if (size > std::numeric_limits<std::uint64_t>::max() - (alignment - 1))
    return 0;
  return (size + alignment - 1) / alignment * alignment;
}

void free_list::insert(std::uint64_t offset, std::uint64_t size) {
  auto at = by_offset_.emplace(offset, size).first;
  try {
    by_size_.emplace(size, offset);
  } catch (...) {
    by_offset_.erase(at);
    throw;
  }
}

std::optional<std::uint64_t> free_list::take(std::uint64_t size) {
  assert(size > 0 && size % alignment == 0);
  auto best = by_size_.lower_bound({size, 0});
  if (best == by_size_.end())
    return std::nullopt;
  auto [have, offset] = *best;
  // Nodes are changed in place rather than made anew, so that taking cannot fail for want of memory.
  auto size_node = by_size_.extract(best);
  auto offset_node = by_offset_.extract(offset);
  if (have > size) {
    size_node.value() = {have - size, offset + size};
    offset_node.key() = offset + size;
    offset_node.mapped() = have - size;
    by_size_.insert(std::move(size_node));
    by_offset_.insert(std::move(offset_node));
  }
  free_ -= size;
  return offset;
}

free_list::part free_list::give(std::uint64_t offset, std::uint64_t size) {
  auto after = by_offset_.lower_bound(offset);
  auto before = after == by_offset_.begin() ? by_offset_.end() : std::prev(after);
  assert(after == by_offset_.end() || offset + size <= after->first);
  assert(before == by_offset_.end() || before->first + before->second <= offset);
  auto joins_before = before != by_offset_.end() && before->first + before->second == offset;
  auto joins_after = after != by_offset_.end() && offset + size == after->first;
  auto first = joins_before ? before->first : offset;
  auto total = size + (joins_before ? before->second : 0) + (joins_after ? after->second : 0);
  if (!joins_before && !joins_after) {
    insert(offset, size);
  } else {
    // One of the neighbours' nodes becomes the joined part, the other one goes.
    auto keep = joins_before ? before : after;
    auto size_node = by_size_.extract({keep->second, keep->first});
    if (joins_before && joins_after) {
      by_size_.erase({after->second, after->first});
      by_offset_.erase(after);
    }
    auto offset_node = by_offset_.extract(keep);
    offset_node.key() = first;
    offset_node.mapped() = total;
    size_node.value() = {total, first};
    by_offset_.insert(std::move(offset_node));
    by_size_.insert(std::move(size_node));
  }
  free_ += size;
  return {first, first + total};
}

} // namespace pinion
