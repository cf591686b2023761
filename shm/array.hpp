#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include <pinion/shm/any_view.hpp>
#include <pinion/shm/view.hpp>

namespace pinion {

/// An array that lies in shared memory. A handle: copies share the block, and the last of them (or of the
/// views made from it) gives the block back to its store, from whichever thread that happens on. It may
/// outlive the store. Handles may be copied and used by any thread; who writes elements while others read
/// them must be settled by the caller.
template <element T>
class array {
public:
  using value_type = T;

  /// No elements, no block.
  array() = default;
  /// For stores: `whole` must look at a block and hold it as its origin.
  explicit array(pinion::view<T> whole) : whole_(std::move(whole)) {}

  const pinion::view<T>& view() const noexcept { return whole_; }
  operator pinion::view<T>() const { return whole_; }
  operator pinion::view<const T>() const { return whole_; }
  operator any_view() const { return whole_; }

  T* data() const noexcept { return whole_.data(); }
  std::size_t rank() const noexcept { return whole_.rank(); }
  const extents& shape() const noexcept { return whole_.shape(); }
  std::int64_t shape(std::size_t axis) const noexcept { return whole_.shape(axis); }
  std::int64_t size() const noexcept { return whole_.size(); }
  static constexpr dtype type() noexcept { return dtype_of<T>; }

  template <std::integral... Index>
  T& operator()(Index... index) const noexcept {
    return whole_(index...);
  }
  template <std::integral... Index>
  T& at(Index... index) const {
    return whole_.at(index...);
  }

  pinion::view<T> slice(std::size_t axis, std::int64_t start, std::int64_t stop,
                        std::int64_t step = 1) const {
    return whole_.slice(axis, start, stop, step);
  }
  pinion::view<T> row(std::int64_t index) const { return whole_.row(index); }
  pinion::view<T> transpose() const { return whole_.transpose(); }
  std::span<T> span() const { return whole_.span(); }
  auto begin() const noexcept { return whole_.begin(); }
  auto end() const noexcept { return whole_.end(); }

  /// Throws not_shared for a handle without a block.
  array_ref ref() const { return whole_.ref(); }

private:
  pinion::view<T> whole_;
};

} // namespace pinion
