#pragma once

#include <atomic>
#include <concepts>
#include <utility>

#include <pinion/shm/view.hpp>

namespace pinion {

/// Elements that the machine reads and writes as one, in shared memory too: numbers up to 8 bytes, not
/// complex ones of 16.
template <class T>
concept lock_free_element = element<T> && std::atomic_ref<T>::is_always_lock_free;

/// A look at elements that others may read and write at the same moment, what Python's RawArray is: no lease
/// and no guard. A kernel that takes one never waits for other tasks on the same array, and nobody waits for
/// it; so who shares what must be settled by the program. Single elements are had as atomics; all else is
/// plain memory. Copies are cheap; any thread may use its own copy.
template <element T>
class shared_view {
public:
  using value_type = T;

  shared_view() = default;
  /// The same elements, shared from here on.
  explicit shared_view(view<T> elements) : elements_(std::move(elements)) {}

  const extents& shape() const noexcept { return elements_.shape(); }
  std::int64_t size() const noexcept { return elements_.size(); }
  std::size_t rank() const noexcept { return elements_.rank(); }

  /// One index an axis, not checked in a release build: `v(i, j).fetch_add(1)`. See std::atomic_ref.
  template <std::integral... Index>
  requires lock_free_element<T> std::atomic_ref<T>
  operator()(Index... index) const noexcept { return std::atomic_ref<T>(elements_(index...)); }
  /// The same, checked: throws shm_errc::out_of_range.
  template <std::integral... Index>
  requires lock_free_element<T> std::atomic_ref<T> at(Index... index)
  const { return std::atomic_ref<T>(elements_.at(index...)); }

  /// Without atomics: for whoever knows that nobody else is there now.
  const view<T>& plain() const noexcept { return elements_; }

  array_ref ref() const { return elements_.ref(); }

private:
  view<T> elements_;
};

} // namespace pinion
