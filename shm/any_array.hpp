#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

#include <pinion/shm/any_view.hpp>
#include <pinion/shm/array.hpp>

namespace pinion {

/// An array<T> whose T is known at run time only; the same block, the same rules.
class any_array {
public:
  any_array() = default;
  /// For stores: `whole` must look at a block, be writable, and hold the block as its origin.
  explicit any_array(any_view whole) : whole_(std::move(whole)) {}
  template <class T>
  any_array(const array<T>& typed) : whole_(typed.view()) {}

  dtype type() const noexcept { return whole_.type; }
  const extents& shape() const noexcept { return whole_.shape(); }
  std::size_t rank() const noexcept { return whole_.rank(); }
  std::int64_t size() const { return whole_.size(); }

  const any_view& view() const noexcept { return whole_; }
  operator const any_view&() const noexcept { return whole_; }

  /// Shares the block; throws wrong_type.
  template <element T>
  array<T> as() const {
    return array<T>(whole_.as<T>());
  }

  /// Throws not_shared for a handle without a block.
  array_ref ref() const { return whole_.ref(); }

private:
  any_view whole_;
};

} // namespace pinion
