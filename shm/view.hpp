#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <type_traits>
#include <utility>

#include <pinion/shm/array_ref.hpp>
#include <pinion/shm/dtype.hpp>
#include <pinion/shm/origin.hpp>
#include <pinion/shm/relayout.hpp>
#include <pinion/shm/shape.hpp>
#include <pinion/shm/view_iterator.hpp>

namespace pinion {

namespace detail {

// The part of a view that does not depend on the element type; throws as documented at view.
[[noreturn]] void raise_rank(std::size_t given, std::size_t rank);
[[noreturn]] void raise_index(std::int64_t index, std::size_t axis, std::int64_t extent);
[[noreturn]] void raise_not_contiguous(const layout& lay);
[[noreturn]] void raise_needs_copy(const layout& lay, const extents& shape);
[[noreturn]] void raise_flat(std::int64_t index, std::int64_t count);
// Where element `position` lies, in elements from the first, in row-major order.
std::int64_t offset_of(const layout& lay, std::int64_t position) noexcept;
void check_axis(std::size_t axis, std::size_t rank);
// Changes one axis of the layout; returns by how many elements element [0, ..., 0] moves.
std::int64_t slice_axis(layout& lay, std::size_t axis, std::int64_t start, std::int64_t stop,
                        std::int64_t step);
std::int64_t drop_first_axis(layout& lay, std::int64_t index);
layout transposed(const layout& lay);
// Throw bad_shape.
void check_tile(const extents& whole, const extents& tile);
void check_rows(const extents& whole);
array_ref make_ref(const origin* from, const void* data, dtype type, const layout& lay);

} // namespace detail

/// A look at elements in memory, with a shape and strides: a whole array, a slice or a transpose of one. T is
/// an element type, const for a read-only view. Copies are cheap and look at the same elements; constness of
/// the view itself does not matter, as with std::span. Any thread may use its own copy; who writes elements
/// while others read them must be settled by the caller. A view with an origin shares the ownership of the
/// memory; one without looks at memory that somebody else keeps alive.
template <class T>
class view {
public:
  using value_type = std::remove_const_t<T>;
  using iterator = view_iterator<T>;
  static_assert(element<value_type>, "the element type must be one of dtype's");

  /// No elements, rank 1.
  view() : lay_{{0}, {1}} {}

  /// Throws as element_count does, and bad_shape when shape and strides differ in rank. That `data` reaches
  /// as far as the layout says is the caller's word.
  view(T* data, const layout& lay, std::shared_ptr<const origin> from = {})
      : data_(data), count_(element_count(lay.shape)), lay_(lay), origin_(std::move(from)) {
    static_cast<void>(byte_span_of(lay, sizeof(T)));
  }

  template <class U>
  requires(std::is_const_v<T>&& std::same_as<U, value_type>) view(const view<U>& other)
      : view(unchecked{}, other.data(), other.lay(), other.source()) {}

  T* data() const noexcept { return data_; }
  std::size_t rank() const noexcept { return lay_.rank(); }
  const extents& shape() const noexcept { return lay_.shape; }
  std::int64_t shape(std::size_t axis) const noexcept { return lay_.shape[axis]; }
  const extents& strides() const noexcept { return lay_.strides; }
  const layout& lay() const noexcept { return lay_; }
  std::int64_t size() const noexcept { return count_; }
  bool empty() const noexcept { return count_ == 0; }
  static constexpr dtype type() noexcept { return dtype_of<value_type>; }
  const std::shared_ptr<const origin>& source() const noexcept { return origin_; }

  /// One index an axis; neither their number nor their range is checked in a release build.
  template <std::integral... Index>
  T& operator()(Index... index) const noexcept {
    assert(sizeof...(Index) == rank());
    std::int64_t offset = 0;
    std::size_t axis = 0;
    ((offset += static_cast<std::int64_t>(index) * lay_.strides[axis++]), ...);
    return data_[offset];
  }

  /// The same, checked: throws shm_errc::out_of_range and names index, axis and extent.
  template <std::integral... Index>
  T& at(Index... index) const {
    if (sizeof...(Index) != rank())
      detail::raise_rank(sizeof...(Index), rank());
    std::int64_t offset = 0;
    std::size_t axis = 0;
    ((offset += step_to(index, axis++)), ...);
    return data_[offset];
  }

  /// Elements start, start + step, ... before stop of one axis. With a positive step 0 <= start, stop <=
  /// extent; with a negative one -1 <= stop and start < extent, so slice(0, n - 1, -1, -1) turns an axis
  /// round. Indices are never counted from the end. Empty when stop is not behind start. Throws out_of_range,
  /// also for a step of 0.
  view slice(std::size_t axis, std::int64_t start, std::int64_t stop, std::int64_t step = 1) const {
    layout lay = lay_;
    auto move = detail::slice_axis(lay, axis, start, stop, step);
    return {unchecked{}, data_ + move, lay, origin_};
  }

  /// One element of axis 0, with that axis gone: a row of a matrix. Throws out_of_range.
  view row(std::int64_t index) const {
    layout lay = lay_;
    auto move = detail::drop_first_axis(lay, index);
    return {unchecked{}, data_ + move, lay, origin_};
  }

  /// Axes in the opposite order.
  view transpose() const { return {unchecked{}, data_, detail::transposed(lay_), origin_}; }

  /// Axis i of the result is axis order[i] of this one. Throws bad_shape.
  view transpose(const extents& order) const { return with(permuted(lay_, order)); }

  /// The same elements in another shape, in row-major order; one extent may be -1. Throws bad_shape when the
  /// number of elements differs, and not_contiguous when only a copy could have that shape.
  view reshape(const extents& shape) const {
    const auto lay = reshaped(lay_, shape);
    if (!lay)
      detail::raise_needs_copy(lay_, shape);
    return with(*lay);
  }

  /// As NumPy's broadcast_to: axes of extent 1, and those that are missing in front, are repeated without a
  /// copy. To be read only, since several elements of the result are one in memory. Throws bad_shape.
  view<const value_type> broadcast(const extents& shape) const {
    return view<const value_type>(*this).with(pinion::broadcast(lay_, shape));
  }

  /// Without the axes of extent 1; without that one (throws bad_shape when it has another extent); with one
  /// more.
  view squeeze() const { return with(squeezed(lay_)); }
  view squeeze(std::size_t axis) const { return with(squeezed(lay_, axis)); }
  view unsqueeze(std::size_t axis) const { return with(unsqueezed(lay_, axis)); }

  /// Element i in row-major order, not checked in a release build; flat_at checks and throws out_of_range.
  /// Costs a division an axis, so a loop over all elements walks begin() to end().
  T& flat(std::int64_t i) const noexcept {
    assert(i >= 0 && i < count_);
    return data_[detail::offset_of(lay_, i)];
  }
  T& flat_at(std::int64_t i) const {
    if (i < 0 || i >= count_)
      detail::raise_flat(i, count_);
    return flat(i);
  }

  bool contiguous() const noexcept { return pinion::contiguous(lay_); }

  /// The elements as one row, in row-major order; throws not_contiguous where they do not lie so. The fast
  /// way to compute: compilers see a plain loop.
  std::span<T> span() const {
    if (!contiguous())
      detail::raise_not_contiguous(lay_);
    return {data_, static_cast<std::size_t>(count_)};
  }

  /// Row-major order, any strides. Iterators point into this view object and must not outlive it.
  iterator begin() const noexcept { return {data_, lay_, 0}; }
  iterator end() const noexcept { return {data_, lay_, count_}; }

  /// The form for messages; throws shm_errc::not_shared for memory without an origin.
  array_ref ref() const { return detail::make_ref(origin_.get(), data_, type(), lay_); }

private:
  template <class>
  friend class view;
  struct unchecked {};

  view(unchecked, T* data, const layout& lay, std::shared_ptr<const origin> from)
      : data_(data), count_(1), lay_(lay), origin_(std::move(from)) {
    for (auto extent : lay_.shape)
      count_ *= extent;
  }

  view with(const layout& lay) const { return {unchecked{}, data_, lay, origin_}; }

  template <std::integral Index>
  std::int64_t step_to(Index index, std::size_t axis) const {
    if (std::cmp_less(index, 0) || !std::cmp_less(index, lay_.shape[axis]))
      detail::raise_index(static_cast<std::int64_t>(index), axis, lay_.shape[axis]);
    return static_cast<std::int64_t>(index) * lay_.strides[axis];
  }

  T* data_ = nullptr;
  std::int64_t count_ = 0;
  layout lay_;
  std::shared_ptr<const origin> origin_;
};

} // namespace pinion
