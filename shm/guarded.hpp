#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include <pinion/shm/guard.hpp>
#include <pinion/shm/store.hpp>
#include <pinion/shm/view.hpp>

namespace pinion {

/// Elements behind a guard, while this process holds it; lets go at its end. Moves only; for the thread that
/// took it.
template <element T>
class held {
public:
  held(std::shared_ptr<guard> by, view<T> elements, std::optional<guard::predecessor> died)
      : guard_(std::move(by)), elements_(std::move(elements)), died_(std::move(died)) {}
  held(held&& other) noexcept = default;
  held& operator=(held&&) = delete;
  ~held() {
    if (guard_)
      guard_->unlock();
  }

  const view<T>& elements() const noexcept { return elements_; }
  template <std::integral... Index>
  T& operator()(Index... index) const noexcept {
    return elements_(index...);
  }
  /// Who died while it held the guard, just before: what it wrote may be half done. Told once.
  const std::optional<guard::predecessor>& abandoned_by() const noexcept { return died_; }

private:
  std::shared_ptr<guard> guard_;
  view<T> elements_;
  std::optional<guard::predecessor> died_;
};

namespace detail {
// The block of a new guard, with its header.
any_array make_guarded_block(store& in, dtype type, const extents& shape);
// The elements behind a header that somebody else may have written: copied, then checked. Throws
// bad_reference or wrong_type.
any_view guarded_elements(const any_view& block, dtype wanted);
} // namespace detail

/// An array with a guard, what Python's Array and Value are: `auto here = counts.lock(); here(3) += 1;`. It
/// travels as a reference to its block (bytes: the guard's header and the elements), which is written by
/// whoever holds the guard, and takes no lease. Copies share the guard object. Any thread.
template <element T>
class guarded {
public:
  /// From a block that make_guarded made, seen through a mapping for writing. Throws bad_reference,
  /// wrong_type, read_only.
  explicit guarded(const any_view& block)
      : block_(block), elements_(detail::guarded_elements(block, dtype_of<T>).template as<T>()),
        guard_(std::make_shared<guard>(block)) {}

  /// Waits for the guard. `label`: what the next one is told of this one should it die, 47 bytes at most.
  held<T> lock(std::string_view label = {}) const { return {guard_, elements_, guard_->lock(label)}; }
  /// Nothing when somebody else has it for longer than that.
  std::optional<held<T>> try_lock_for(std::chrono::nanoseconds patience, std::string_view label = {}) const {
    std::optional<guard::predecessor> died;
    if (!guard_->try_lock(label, patience, died))
      return std::nullopt;
    return std::optional<held<T>>(std::in_place, guard_, elements_, std::move(died));
  }
  std::optional<held<T>> try_lock(std::string_view label = {}) const {
    return try_lock_for(std::chrono::nanoseconds::zero(), label);
  }

  const extents& shape() const noexcept { return elements_.shape(); }
  /// Without the guard.
  const view<T>& unguarded() const noexcept { return elements_; }
  const any_view& block() const noexcept { return block_; }
  array_ref ref() const { return block_.ref(); }

private:
  any_view block_;
  view<T> elements_;
  std::shared_ptr<guard> guard_;
};

/// All elements 0. Throws no_space_error, and what element_count does.
template <element T>
guarded<T> make_guarded(store& in, const extents& shape) {
  return guarded<T>(detail::make_guarded_block(in, dtype_of<T>, shape).view());
}

} // namespace pinion
