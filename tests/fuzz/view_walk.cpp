#include "view_walk.hpp"

#include <algorithm>
#include <limits>

#include <pinion/shm/error.hpp>
#include <pinion/shm/segment_header.hpp>

#include "reference_oracle.hpp"
#include "require.hpp"

namespace pinion::fuzz {

namespace {

constexpr std::int64_t all_of = 4096;

// As bytes: a bool that somebody else wrote may be neither true nor false.
void touch(const any_view& seen, const array_ref& ref, const void* element) {
  const auto* first = static_cast<const std::byte*>(element);
  const auto item = item_size(seen.type);
  const auto place = first - seen.source->base;
  require(place >= static_cast<std::ptrdiff_t>(segment_header_size) &&
              static_cast<std::size_t>(place) + item <= seen.source->size,
          "an element lies in the segment, behind its header", to_string(ref));
  require(reinterpret_cast<std::uintptr_t>(first) % alignment_of(seen.type) == 0, "an element is aligned",
          to_string(ref));
  for (std::size_t i = 0; i < item; ++i) {
    const auto* byte = reinterpret_cast<const volatile unsigned char*>(first) + i;
    const auto value = *byte;
    if (seen.writable)
      *const_cast<volatile unsigned char*>(byte) = static_cast<unsigned char>(value + 1);
  }
}

// Elements 0, the last, and some in between.
template <class Call>
void sample(std::int64_t count, Call&& call) {
  if (count <= all_of) {
    for (std::int64_t i = 0; i < count; ++i)
      call(i);
    return;
  }
  for (std::int64_t i = 0; i < 64; ++i) {
    call(i);
    call(count - 1 - i);
    call(count / 64 * i);
  }
}

// First and last of each axis, in all combinations.
template <class Call>
void corners(const extents& shape, Call&& call) {
  for (unsigned which = 0; which < 1U << shape.size(); ++which) {
    std::int64_t position = 0;
    for (std::size_t axis = 0; axis < shape.size(); ++axis)
      position = position * shape[axis] + ((which >> axis & 1U) != 0 ? shape[axis] - 1 : 0);
    call(position);
  }
}

// What can be made of a view, one step each.
template <class T>
void variants(const any_view& seen, const array_ref& ref, const view<T>& v) {
  const auto look = [&](const view<T>& part) {
    // A part of an array is sent as a reference of its own, so it must pass where the whole did.
    require(!part.source() || allowed(part.ref(), {ref.segment, ref.incarnation, seen.source->size, true}),
            "a part of an array is one", to_string(part.ref()));
    if (part.empty())
      return;
    sample(std::min<std::int64_t>(part.size(), 64), [&](std::int64_t i) { touch(seen, ref, &part.flat(i)); });
    touch(seen, ref, &part.flat_at(part.size() - 1));
  };
  look(v.transpose());
  look(v.squeeze());
  if (v.rank() < max_rank)
    look(v.unsqueeze(v.rank()));
  for (std::size_t axis = 0; axis < v.rank(); ++axis) {
    const auto extent = v.shape(axis);
    look(v.slice(axis, extent - 1, -1, -1));
    look(v.slice(axis, 0, extent, std::numeric_limits<std::int64_t>::max()));
    look(v.slice(axis, extent / 2, extent));
    look(v.slice(axis, extent, extent));
  }
  if (v.rank() > 0 && v.shape(0) > 0) {
    look(v.row(0));
    look(v.row(v.shape(0) - 1));
  }
  try {
    look(v.reshape({-1}));
    look(v.reshape({-1, 1, 1}));
  } catch (const shm_error& e) {
    require_message(e.what()); // needs a copy, or has no elements to deal out
  }
}

template <class T>
void walk_as(const any_view& seen, const array_ref& ref) {
  const auto v = seen.as<const T>();
  const auto* base = seen.source->base;
  const auto check = [&](std::int64_t i) {
    const auto* element = &v.flat_at(i);
    require(reinterpret_cast<const std::byte*>(element) - base == place_of(ref, i),
            "an element lies where its reference says", to_string(ref));
    touch(seen, ref, element);
  };
  if (!v.empty()) {
    sample(v.size(), check);
    corners(v.shape(), check);
  }
  if (v.size() <= all_of) {
    std::int64_t i = 0;
    for (const auto& element : v)
      require(&element == &v.flat(i++), "iterators pass all elements in order", to_string(ref));
    require(i == v.size(), "iterators pass as many elements as there are", to_string(ref));
  }
  if (v.contiguous())
    require(v.empty() || &v.span().back() == &v.flat(v.size() - 1), "a contiguous view is a span");
  variants<const T>(seen, ref, v);
}

} // namespace

void walk(const any_view& seen, const array_ref& ref) {
  switch (seen.type) {
  case dtype::boolean:
    return walk_as<bool>(seen, ref);
  case dtype::int8:
    return walk_as<std::int8_t>(seen, ref);
  case dtype::int16:
    return walk_as<std::int16_t>(seen, ref);
  case dtype::int32:
    return walk_as<std::int32_t>(seen, ref);
  case dtype::int64:
    return walk_as<std::int64_t>(seen, ref);
  case dtype::uint8:
    return walk_as<std::uint8_t>(seen, ref);
  case dtype::uint16:
    return walk_as<std::uint16_t>(seen, ref);
  case dtype::uint32:
    return walk_as<std::uint32_t>(seen, ref);
  case dtype::uint64:
    return walk_as<std::uint64_t>(seen, ref);
  case dtype::float32:
    return walk_as<float>(seen, ref);
  case dtype::float64:
    return walk_as<double>(seen, ref);
  case dtype::complex64:
    return walk_as<std::complex<float>>(seen, ref);
  case dtype::complex128:
    return walk_as<std::complex<double>>(seen, ref);
  }
  require(false, "a view has an element type", to_string(ref));
}

} // namespace pinion::fuzz
