#pragma once

#include <cstdint>
#include <string>

#include <pinion/shm/dtype.hpp>
#include <pinion/shm/shape.hpp>

namespace pinion {

/// An array, or a part of one, as it travels in a message: where it lies and how, never its elements. A plain
/// value that owns nothing: it does not keep the array alive. One that came from elsewhere may hold anything;
/// the mapper checks it before it is used.
struct array_ref {
  std::string segment;
  std::uint64_t incarnation = 0;
  /// Bytes from the beginning of the segment to element [0, ..., 0]. Negative strides reach below it.
  std::uint64_t offset = 0;
  dtype type{};
  layout lay;

  friend bool operator==(const array_ref&, const array_ref&) = default;
};

/// "float64[2,3] at /pinion-...+4096", for messages.
std::string to_string(const array_ref& ref);

/// "float64[2,3]", or "float64[]" for rank 0.
std::string describe(dtype type, const extents& shape);

} // namespace pinion
