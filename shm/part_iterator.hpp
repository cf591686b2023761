#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <type_traits>
#include <utility>

namespace pinion {

/// Walks a range whose parts are made when they are asked for, by number: rows, tiles. Must not outlive the
/// range.
template <class Range>
class part_iterator {
public:
  using iterator_category = std::input_iterator_tag;
  using reference = decltype(std::declval<const Range&>()[0]);
  using value_type = std::remove_cvref_t<reference>;
  using difference_type = std::ptrdiff_t;
  using pointer = void;

  part_iterator() = default;
  part_iterator(const Range& of, std::int64_t position) noexcept : of_(&of), position_(position) {}

  reference operator*() const { return (*of_)[position_]; }
  part_iterator& operator++() noexcept {
    ++position_;
    return *this;
  }
  part_iterator operator++(int) noexcept {
    auto old = *this;
    ++position_;
    return old;
  }
  /// Only for iterators of one range.
  friend bool operator==(const part_iterator& a, const part_iterator& b) noexcept {
    return a.position_ == b.position_;
  }

private:
  const Range* of_ = nullptr;
  std::int64_t position_ = 0;
};

} // namespace pinion
