#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>

#include <pinion/shm/dtype.hpp>

namespace pinion {

/// The most axes that an array can have.
inline constexpr std::size_t max_rank = 8;

/// Up to max_rank numbers without a heap: the shape of an array, or its strides. A plain value; it does not
/// know which of the two it is, so negative numbers are refused where it is used as a shape.
class extents {
public:
  extents() = default;
  /// Both throw shm_errc::bad_shape for more than max_rank numbers.
  extents(std::initializer_list<std::int64_t> values);
  explicit extents(std::span<const std::int64_t> values);

  std::size_t size() const noexcept { return size_; }
  bool empty() const noexcept { return size_ == 0; }
  std::int64_t operator[](std::size_t axis) const noexcept { return values_[axis]; }
  std::int64_t& operator[](std::size_t axis) noexcept { return values_[axis]; }
  const std::int64_t* begin() const noexcept { return values_.data(); }
  const std::int64_t* end() const noexcept { return values_.data() + size_; }
  std::int64_t* begin() noexcept { return values_.data(); }
  std::int64_t* end() noexcept { return values_.data() + size_; }

  void push_back(std::int64_t value);
  /// Takes one axis out; the axis must exist.
  void erase(std::size_t axis) noexcept;

  friend bool operator==(const extents& a, const extents& b) noexcept {
    return std::equal(a.begin(), a.end(), b.begin(), b.end());
  }

private:
  std::size_t size_ = 0;
  std::array<std::int64_t, max_rank> values_{};
};

/// "2x3"; "scalar" for no axes.
std::string to_string(const extents& values);

/// How elements lie in memory. Strides count ELEMENTS; they may be 0 (one element repeated) or negative
/// (backwards).
struct layout {
  extents shape;
  extents strides;

  std::size_t rank() const noexcept { return shape.size(); }
  friend bool operator==(const layout&, const layout&) = default;
};

/// Which axis runs fastest: c the last one (C, NumPy's default), fortran the first.
enum class order : std::uint8_t { c, fortran };

/// The number of elements; 1 for rank 0. Throws bad_shape for a negative extent, overflow when the product of
/// the extents does not fit into 63 bits. An extent of 0 counts as 1 in that product, so strides always fit
/// too.
std::int64_t element_count(const extents& shape);

/// element_count times the item size, with the same care.
std::uint64_t byte_count(const extents& shape, dtype type);

/// Elements one after the other; both throw what element_count throws.
layout c_order(const extents& shape);
layout f_order(const extents& shape);
layout in_order(const extents& shape, order which);

/// True when the elements lie one after the other in row-major (column-major) order. Axes with one element do
/// not matter, and an array without elements is contiguous in both.
bool contiguous(const layout& lay) noexcept;
bool f_contiguous(const layout& lay) noexcept;

/// Bytes around element [0, ..., 0] that a layout touches: `low` <= 0 is where it begins, `high` >= 0 one
/// past its end.
struct byte_span {
  std::int64_t low;
  std::int64_t high;
  friend bool operator==(const byte_span&, const byte_span&) = default;
};

/// {0, 0} without elements. Throws as element_count does, and bad_shape when shape and strides differ in
/// rank.
byte_span byte_span_of(const layout& lay, std::size_t item);

} // namespace pinion
