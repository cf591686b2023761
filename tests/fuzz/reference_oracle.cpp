#include "reference_oracle.hpp"

#include <algorithm>

#include <pinion/shm/segment_header.hpp>

namespace pinion::fuzz {

namespace {

__extension__ using wide = __int128;

// Beyond each size that is possible, and small enough that eight of them can be added and one be multiplied
// by an element's size.
constexpr wide far = wide{1} << 100;
constexpr wide limit = wide{1} << 63;

wide times(wide a, wide b) {
  if (a == 0 || b == 0)
    return 0;
  const auto size = [](wide x) { return x < 0 ? -x : x; };
  if (size(a) > far / size(b))
    return (a < 0) == (b < 0) ? far : -far;
  return a * b;
}

} // namespace

bool allowed(const array_ref& ref, const known_segment& of) {
  const auto rank = ref.lay.shape.size();
  const auto item = static_cast<wide>(item_size(ref.type));
  if (!of.live || ref.incarnation != of.incarnation || item == 0 || ref.lay.strides.size() != rank ||
      ref.offset >= static_cast<std::uint64_t>(limit) || ref.offset % alignment_of(ref.type) != 0)
    return false;
  wide count = 1;
  bool none = false;
  for (const auto extent : ref.lay.shape) {
    if (extent < 0)
      return false;
    none = none || extent == 0;
    count = times(count, std::max<wide>(extent, 1));
  }
  if (count >= limit || (!none && times(count, item) >= limit))
    return false;
  wide low = ref.offset;
  wide high = low + (none ? 0 : item);
  for (std::size_t axis = 0; axis < rank && !none; ++axis) {
    const auto reach = times(times(ref.lay.shape[axis] - 1, ref.lay.strides[axis]), item);
    (reach < 0 ? low : high) += reach;
  }
  return low >= static_cast<wide>(segment_header_size) && high <= static_cast<wide>(of.size);
}

std::int64_t place_of(const array_ref& ref, std::int64_t position) {
  auto at = static_cast<wide>(ref.offset);
  for (auto axis = ref.lay.rank(); axis-- > 0;) {
    const auto extent = ref.lay.shape[axis];
    at +=
        static_cast<wide>(position % extent) * ref.lay.strides[axis] * static_cast<wide>(item_size(ref.type));
    position /= extent;
  }
  return static_cast<std::int64_t>(at);
}

overlap overlap_by_marks(const array_ref& a, const array_ref& b, std::uint64_t segment_size) {
  if (a.segment != b.segment)
    return overlap::none;
  static std::vector<bool> marked;
  marked.resize(std::max<std::size_t>(marked.size(), segment_size));
  const auto each_byte = [](const array_ref& of, auto&& call) {
    const auto count = element_count(of.lay.shape);
    for (std::int64_t i = 0; i < count; ++i) {
      const auto first = static_cast<std::size_t>(place_of(of, i));
      for (auto byte = first; byte < first + item_size(of.type); ++byte)
        call(byte);
    }
  };
  each_byte(a, [](std::size_t byte) { marked[byte] = true; });
  bool met = false;
  each_byte(b, [&](std::size_t byte) { met = met || marked[byte]; });
  each_byte(a, [](std::size_t byte) { marked[byte] = false; });
  return met ? overlap::some : overlap::none;
}

} // namespace pinion::fuzz
