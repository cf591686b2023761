#include "reference_maker.hpp"

#include <pinion/shm/segment_header.hpp>

namespace pinion::fuzz {

namespace {

const known_segment& choose_segment(input& from, const known_segment* known, std::size_t count,
                                    std::string& name) {
  const auto which = from.u8();
  const auto& chosen = known[which % count];
  if (which >= 192) {
    name = from.text(which - 192U);
  } else {
    name = chosen.name;
    if (which >= 128) {
      const auto at = from.u8() % name.size();
      name[at] = static_cast<char>(from.u8());
    }
  }
  return chosen;
}

std::uint64_t make_offset(input& from, const known_segment& of) {
  const auto kind = from.u8();
  if (kind < 96)
    return segment_header_size + from.u16();
  if (kind < 192)
    return of.size - from.u16();
  if (kind < 224)
    return from.u16();
  return from.u64();
}

// One of the numbers that go wrong, or anything; `kind` is 200 at least.
std::int64_t odd_number(std::uint8_t kind, input& from) {
  if (kind < 232)
    return std::int64_t{1} << (kind - 200U);
  if (kind < 248)
    return (std::int64_t{1} << 4U * (kind - 232U)) - 1;
  return from.i64();
}

std::int64_t make_extent(input& from) {
  const auto kind = from.u8();
  return kind < 200 ? kind / 2 : odd_number(kind, from);
}

std::int64_t make_stride(input& from) {
  const auto kind = from.u8();
  return kind < 200 ? kind - 100 : odd_number(kind, from);
}

} // namespace

array_ref make_reference(input& from, const known_segment* known, std::size_t count) {
  array_ref ref;
  const auto& of = choose_segment(from, known, count, ref.segment);
  ref.incarnation = from.u8() < 240 ? of.incarnation : from.u64();
  ref.type = static_cast<dtype>(from.u8());
  ref.offset = make_offset(from, of);
  const auto rank = from.u8() % (max_rank + 1);
  const auto other = from.u8();
  const auto strides = other < 240 ? rank : other % (max_rank + 1);
  for (std::size_t axis = 0; axis < rank; ++axis)
    ref.lay.shape.push_back(make_extent(from));
  for (std::size_t axis = 0; axis < strides; ++axis)
    ref.lay.strides.push_back(make_stride(from));
  return ref;
}

} // namespace pinion::fuzz
