#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <pinion/shm/any_view.hpp>
#include <pinion/shm/error.hpp>
#include <pinion/shm/store.hpp>
#include <pinion/shm/view.hpp>

namespace pinion {

/// Where a committed state lies: two copies of an array, {2, shape...}, and the number of the last commit. A
/// plain value; keeps the memory alive.
struct committed_arrays {
  any_view copies;
  view<std::uint64_t> version;
};

namespace detail {
// {2, shape...}; throws bad_shape when that is an axis too many.
extents two_of(const extents& shape);
// Throws bad_reference for what make_committed does not make.
void check_committed(const any_view& copies, const view<std::uint64_t>& version);
} // namespace detail

/// An array that a process changes as a whole or not at all, so that its death at any moment leaves the last
/// state that it committed. Copy version % 2 holds; a change is made in the other one, and becomes the state
/// by one store. One thread of one process writes; any other process may read meanwhile, without waiting for
/// anybody (read_to() reads again when two commits passed under its hands: a sequence lock, after Boehm, "Can
/// seqlocks get along with programming language memory models?", MSPC 2012, with two copies, after Lorie's
/// shadow pages, ACM TODS 1977). Copies look at the same state.
template <element T>
class committed {
public:
  /// Throws wrong_type, read_only, and bad_reference for what is no committed state.
  explicit committed(const committed_arrays& where) : copies_(where.copies.as<T>()), version_(where.version) {
    detail::check_committed(where.copies, version_);
  }

  /// How many commits there were; 0: it is what it was made with.
  std::uint64_t version() const noexcept { return number().load(std::memory_order_acquire); }

  /// The state, for the one who writes it; good until its next commit but one.
  view<const T> now() const { return copies_.row(static_cast<std::int64_t>(version() % 2)); }

  /// Calls f(view<T>) with a copy of the state, which it may change, and makes that the state when f returns;
  /// when it throws, nothing has happened. Costs a copy. Returns the new version.
  template <class F>
  std::uint64_t change(F&& f) {
    return replace([&](const view<T>& next) {
      const auto old = now();
      std::copy(old.begin(), old.end(), next.begin());
      std::forward<F>(f)(next);
    });
  }

  /// The same without the copy: f finds any elements, and writes them all.
  template <class F>
  std::uint64_t replace(F&& f) {
    const auto next = version() + 1;
    // What is written from here on is seen after the number that made this copy the old one.
    std::atomic_thread_fence(std::memory_order_release);
    std::forward<F>(f)(copies_.row(static_cast<std::int64_t>(next % 2)));
    number().store(next, std::memory_order_release); // the commit
    return next;
  }

  /// Copies a state that was committed into `out`, which has its shape, and returns its version. Any thread
  /// of any process. Throws bad_shape.
  std::uint64_t read_to(const view<T>& out) const {
    for (;;) {
      const auto before = version();
      const auto from = copies_.row(static_cast<std::int64_t>(before % 2));
      if (from.shape() != out.shape())
        raise(shm_errc::bad_shape, "the state is of another shape than what it is to be read into");
      std::copy(from.begin(), from.end(), out.begin());
      std::atomic_thread_fence(std::memory_order_acquire);
      if (number().load(std::memory_order_relaxed) == before)
        return before;
    }
  }
  /// Its elements in row-major order.
  std::vector<T> values() const {
    const auto shape = now().shape();
    std::vector<T> result(static_cast<std::size_t>(now().size()));
    read_to(view<T>(result.data(), c_order(shape)));
    return result;
  }

private:
  std::atomic_ref<std::uint64_t> number() const noexcept {
    return std::atomic_ref<std::uint64_t>(*version_.data());
  }

  view<T> copies_;
  view<std::uint64_t> version_; ///< written by the one writer, read by all
};

/// Room for the two copies of an array like `initial`, which is the state as of commit 0. Throws
/// no_space_error, and bad_shape for one that has all the axes that an array may have.
template <element T>
committed_arrays make_committed(store& in, const view<const T>& initial) {
  const auto copies = in.zeros<T>(detail::two_of(initial.shape()));
  const auto first = copies.view().row(0);
  std::copy(initial.begin(), initial.end(), first.begin());
  return {copies.view(), in.zeros<std::uint64_t>({1}).view()};
}

} // namespace pinion
