#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <type_traits>

#include <pinion/shm/shape.hpp>

namespace pinion {

/// Walks the elements of a view in row-major order, whatever its strides. Points at the layout inside of the
/// view, so it must not outlive it. Where the elements are contiguous, view::span() is faster.
template <class T>
class view_iterator {
public:
  using iterator_category = std::forward_iterator_tag;
  using value_type = std::remove_const_t<T>;
  using difference_type = std::ptrdiff_t;
  using pointer = T*;
  using reference = T&;

  view_iterator() = default;
  view_iterator(T* data, const layout& lay, std::int64_t position)
      : data_(data), layout_(&lay), position_(position) {}

  reference operator*() const noexcept { return data_[offset_]; }
  pointer operator->() const noexcept { return data_ + offset_; }

  view_iterator& operator++() noexcept {
    ++position_;
    // Like an odometer: the last axis runs fastest, and one that has come round pushes the axis before it.
    for (std::size_t axis = layout_->rank(); axis-- > 0;) {
      if (++index_[axis] < layout_->shape[axis]) {
        offset_ += layout_->strides[axis];
        return *this;
      }
      offset_ -= layout_->strides[axis] * (layout_->shape[axis] - 1);
      index_[axis] = 0;
    }
    return *this;
  }

  view_iterator operator++(int) noexcept {
    auto old = *this;
    ++*this;
    return old;
  }

  /// Only for iterators of one view.
  friend bool operator==(const view_iterator& a, const view_iterator& b) noexcept {
    return a.position_ == b.position_;
  }

private:
  T* data_ = nullptr;
  const layout* layout_ = nullptr;
  std::int64_t position_ = 0;
  // In elements from data_; kept as a number because stepping back from the last element may pass memory that
  // is not ours.
  std::int64_t offset_ = 0;
  std::array<std::int64_t, max_rank> index_{};
};

} // namespace pinion
