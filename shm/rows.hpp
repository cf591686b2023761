#pragma once

#include <utility>

#include <pinion/shm/array.hpp>
#include <pinion/shm/part_iterator.hpp>
#include <pinion/shm/view.hpp>

namespace pinion {

/// The rows of a view: parts along axis 0, with that axis gone.
template <class T>
class rows {
public:
  using iterator = part_iterator<rows>;

  /// Throws bad_shape for a view without axes.
  explicit rows(view<T> whole) : whole_(std::move(whole)) { detail::check_rows(whole_.shape()); }

  const view<T>& whole() const noexcept { return whole_; }
  std::int64_t size() const noexcept { return whole_.shape(0); }
  /// Throws out_of_range.
  view<T> operator[](std::int64_t i) const { return whole_.row(i); }

  iterator begin() const { return {*this, 0}; }
  iterator end() const { return {*this, size()}; }

private:
  view<T> whole_;
};

template <class T>
rows(const array<T>&) -> rows<T>;

} // namespace pinion
