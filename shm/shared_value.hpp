#pragma once

#include <utility>

#include <pinion/shm/error.hpp>
#include <pinion/shm/shared_view.hpp>
#include <pinion/shm/store.hpp>

namespace pinion {

/// One number that several processes read and write, what Python's RawValue is: no lease, no guard.
/// Operations are those of std::atomic_ref, sequentially consistent: `hits.fetch_add(1)`. Keeps its memory
/// alive; any thread may use its own copy.
template <lock_free_element T>
class shared_value {
public:
  using value_type = T;

  /// Looks at the one element of `where`. Throws shm_errc::bad_shape when it has another number of elements.
  explicit shared_value(view<T> where) : where_(std::move(where)) {
    if (where_.size() != 1)
      raise(shm_errc::bad_shape,
            "a shared value is one element, this array has " + std::to_string(where_.size()));
  }

  T load() const noexcept { return here().load(); }
  void store(T value) const noexcept { here().store(value); }
  T exchange(T value) const noexcept { return here().exchange(value); }
  bool compare_exchange(T& expected, T desired) const noexcept {
    return here().compare_exchange_strong(expected, desired);
  }
  T fetch_add(T value) const noexcept
      requires(!std::same_as<T, bool> && (std::integral<T> || std::floating_point<T>)) {
    return here().fetch_add(value);
  }
  T fetch_sub(T value) const noexcept
      requires(!std::same_as<T, bool> && (std::integral<T> || std::floating_point<T>)) {
    return here().fetch_sub(value);
  }

  const view<T>& plain() const noexcept { return where_; }
  array_ref ref() const { return where_.ref(); }

private:
  std::atomic_ref<T> here() const noexcept { return std::atomic_ref<T>(*where_.data()); }

  view<T> where_;
};

/// A new one in a store. Throws no_space_error.
template <lock_free_element T>
shared_value<T> make_shared_value(store& in, T initial) {
  shared_value<T> result(in.zeros<T>({}));
  result.store(initial);
  return result;
}

} // namespace pinion
