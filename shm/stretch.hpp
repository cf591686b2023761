#pragma once

#include <cstdint>

#include <pinion/shm/array_ref.hpp>
#include <pinion/shm/dtype.hpp>
#include <pinion/shm/shape.hpp>

namespace pinion {

/// The bytes of an array, or of a part of one, without its name and type: what matters to ask whether two of
/// them meet. A plain value.
struct stretch {
  std::uint64_t segment = 0; ///< the segment's incarnation
  std::uint64_t offset = 0;  ///< bytes from the segment's start to element [0, ..., 0]
  std::int64_t item = 1;     ///< bytes of an element
  layout lay;

  friend bool operator==(const stretch&, const stretch&) = default;
};

inline stretch stretch_of(const array_ref& ref) {
  return {ref.incarnation, ref.offset, static_cast<std::int64_t>(item_size(ref.type)), ref.lay};
}

} // namespace pinion
