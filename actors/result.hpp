#pragma once

#include <type_traits>
#include <utility>

#include <pinion/actors/convert.hpp>
#include <pinion/actors/outcome.hpp>
#include <pinion/shm/any_array.hpp>
#include <pinion/shm/error.hpp>

namespace pinion {

/// The array that a kernel made and returned (context::make), with its elements where the kernel wrote them.
/// Throws task_error(wrong_result_type) when it returned something else. REQUIRES: what.ok().
any_array made_array(const outcome& what);

namespace detail {
template <class R>
struct is_array : std::is_same<R, any_array> {};
template <class T>
struct is_array<array<T>> : std::true_type {};

[[noreturn]] void raise_wrong_element(const shm_error& why);
} // namespace detail

/// What a task gave, as the caller wants to have it: what from_argument() takes, array<T>, or any_array.
/// Throws task_error(wrong_result_type). REQUIRES: what.ok().
template <class R>
R from_outcome(const outcome& what) {
  if constexpr (std::is_void_v<R>) {
    return;
  } else if constexpr (std::is_same_v<R, any_array>) {
    return made_array(what);
  } else if constexpr (detail::is_array<R>::value) {
    try {
      return made_array(what).template as<typename R::value_type>();
    } catch (const shm_error& why) {
      detail::raise_wrong_element(why);
    }
  } else {
    return from_argument<R>(std::get<argument>(what.result));
  }
}

} // namespace pinion
