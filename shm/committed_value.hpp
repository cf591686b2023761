#pragma once

#include <array>
#include <cstring>
#include <type_traits>
#include <utility>

#include <pinion/shm/committed.hpp>

namespace pinion {

/// A committed state that is one plain struct: counters, settings, a small model. The rules of committed<T>.
/// It lies there as its bytes, so both sides must be the same build.
template <class S>
requires(std::is_trivially_copyable_v<S>&& std::is_default_constructible_v<S>) class committed_value {
public:
  static constexpr auto size = static_cast<std::int64_t>(sizeof(S));

  /// Throws what committed<T> does, and bad_shape for a state of another size.
  explicit committed_value(const committed_arrays& where) : bytes_(where) {
    if (bytes_.now().shape() != extents{size})
      raise(shm_errc::bad_shape, "the state has " + std::to_string(bytes_.now().size()) +
                                     " bytes, its type has " + std::to_string(size));
  }

  std::uint64_t version() const noexcept { return bytes_.version(); }

  /// A state that was committed. Any thread of any process.
  S get() const {
    std::array<std::uint8_t, sizeof(S)> copy;
    bytes_.read_to(view<std::uint8_t>(copy.data(), c_order({size})));
    S result;
    std::memcpy(&result, copy.data(), sizeof result);
    return result;
  }

  /// Calls f(S&) with the state, and commits what it is then; when f throws, nothing has happened. For the
  /// one who writes it. Returns the new version.
  template <class F>
  std::uint64_t change(F&& f) {
    S next;
    std::memcpy(&next, bytes_.now().data(), sizeof next);
    std::forward<F>(f)(next);
    return bytes_.replace(
        [&next](const view<std::uint8_t>& into) { std::memcpy(into.data(), &next, sizeof next); });
  }

private:
  committed<std::uint8_t> bytes_;
};

template <class S>
requires std::is_trivially_copyable_v<S> committed_arrays make_committed_value(store& in, const S& initial) {
  std::array<std::uint8_t, sizeof(S)> bytes;
  std::memcpy(bytes.data(), &initial, sizeof initial);
  return make_committed(in, view<const std::uint8_t>(bytes.data(), c_order({sizeof(S)})));
}

} // namespace pinion
