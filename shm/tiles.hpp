#pragma once

#include <algorithm>

#include <pinion/shm/array.hpp>
#include <pinion/shm/part_iterator.hpp>
#include <pinion/shm/view.hpp>

namespace pinion {

/// The tiles of a view: parts of a given shape that cover it without gap or overlap, smaller at the far
/// edges. Tiles are views, made when they are asked for; they go in row-major order. A range: `for (auto tile
/// : tiles(image, {64, 64}))`. As cheap to copy and as safe to share as the view.
template <class T>
class tiles {
public:
  using iterator = part_iterator<tiles>;

  /// One extent for each axis, all above 0; an extent beyond the view's takes all of that axis. Throws
  /// bad_shape.
  tiles(view<T> whole, const extents& shape) : whole_(std::move(whole)), shape_(shape) {
    detail::check_tile(whole_.shape(), shape_);
    for (std::size_t axis = 0; axis < shape_.size(); ++axis)
      counts_.push_back(whole_.shape(axis) / shape_[axis] + (whole_.shape(axis) % shape_[axis] != 0 ? 1 : 0));
  }

  std::int64_t size() const { return element_count(counts_); }
  /// How many there are along each axis.
  const extents& counts() const noexcept { return counts_; }

  /// Not checked.
  view<T> operator[](std::int64_t i) const {
    auto tile = whole_;
    for (auto axis = counts_.size(); axis-- > 0;) {
      const auto begin = i % counts_[axis] * shape_[axis];
      tile = tile.slice(axis, begin, begin + std::min(shape_[axis], whole_.shape(axis) - begin));
      i /= counts_[axis];
    }
    return tile;
  }

  iterator begin() const noexcept { return {*this, 0}; }
  iterator end() const { return {*this, size()}; }

private:
  view<T> whole_;
  extents shape_;
  extents counts_;
};

template <class T>
tiles(const array<T>&, const extents&) -> tiles<T>;

} // namespace pinion
