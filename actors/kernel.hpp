#pragma once

#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include <pinion/actors/argument.hpp>
#include <pinion/actors/context.hpp>
#include <pinion/actors/view_nd.hpp>

namespace pinion {

namespace detail {

// The element type of what refers to an array when it is passed; void for what does not.
template <class A>
struct referred {
  using type = void;
  static constexpr bool writable = false;
};
template <class T>
struct referred<view<T>> {
  using type = std::remove_const_t<T>;
  static constexpr bool writable = !std::is_const_v<T>;
};
template <class T>
struct referred<array<T>> : referred<view<T>> {};
template <class T>
struct referred<shared_view<T>> : referred<view<T>> {};
template <class T>
struct referred<shared_value<T>> : referred<view<T>> {};

template <class A>
inline constexpr bool is_untyped_array = std::is_same_v<A, any_view> || std::is_same_v<A, any_array>;

// Whether an argument of type A may stand for a parameter of type P, as far as types can tell: the rule of
// convert.hpp. What only values show (a number too large, the rank of a view) is refused when it is asked.
template <class P, class A>
struct fits : std::is_same<P, A> {};

template <element P, element A>
struct fits<P, A> {
  static constexpr bool whole = std::integral<A> && !std::same_as<A, bool>;
  static constexpr bool value = std::same_as<P, bool> || std::same_as<A, bool> ? std::same_as<P, A>
                                : std::integral<P>                             ? whole
                                : std::floating_point<P> ? whole || std::floating_point<A>
                                                         : true;
};

template <class P, class A>
requires(std::same_as<P, std::string> || std::same_as<P, std::string_view>) struct fits<P, A>
    : std::is_convertible<A, std::string_view> {
};

template <class T, class A>
struct fits<view<T>, A> {
  using found = referred<A>;
  static constexpr bool value =
      is_untyped_array<A> || (std::is_same_v<typename found::type, std::remove_const_t<T>> &&
                              (std::is_const_v<T> || found::writable));
};
template <class T, std::size_t Rank, class A>
struct fits<view_nd<T, Rank>, A> : fits<view<T>, A> {};
template <class T, class A>
struct fits<shared_view<T>, A> : fits<view<T>, A> {};
template <class T, class A>
struct fits<shared_value<T>, A> : fits<view<T>, A> {};
template <class A>
struct fits<any_view, A> {
  static constexpr bool value = is_untyped_array<A> || !std::is_void_v<typename referred<A>::type>;
};

// What callers pass: all but the context, which the worker gives.
template <class... Ps>
using passed = decltype(std::tuple_cat(
    std::declval<std::conditional_t<std::is_same_v<std::remove_cvref_t<Ps>, context>, std::tuple<>,
                                    std::tuple<std::remove_cvref_t<Ps>>>>()...));

template <class Passed, class... As>
struct all_fit : std::false_type {};
template <class... Ps, class... As>
requires(sizeof...(Ps) == sizeof...(As)) struct all_fit<std::tuple<Ps...>, As...>
    : std::bool_constant<(fits<Ps, std::decay_t<As>>::value && ...)> {
};

// What a caller gets of what the function returns: a text as a string, a view of an argument as a reference.
template <class R>
struct handed {
  using type = R;
};
template <>
struct handed<const char*> {
  using type = std::string;
};
template <>
struct handed<std::string_view> {
  using type = std::string;
};
template <class T>
struct handed<view<T>> {
  using type = array_ref;
};

} // namespace detail

/// A kernel's name together with its C++ type, so that a wrong argument does not compile:
///     const pinion::kernel<double(view<const double>)> norm{"norm"};   // or kernel<decltype(norm)>
///     node.submit(norm, a).get();
/// A context& among the parameters is not passed. That a kernel of that name and type is loaded is seen when
/// it is asked for (unknown_kernel, bad_arguments). A plain value; any thread.
template <class Signature>
class kernel;

template <class R, class... Ps>
class kernel<R(Ps...)> {
public:
  using result = typename detail::handed<std::remove_cvref_t<R>>::type;

  explicit kernel(std::string name) : name_(std::move(name)) {}
  const std::string& name() const noexcept { return name_; }

  /// True if arguments of these types may be passed.
  template <class... As>
  static constexpr bool takes = detail::all_fit<detail::passed<Ps...>, As...>::value;

private:
  std::string name_;
};

template <class R, class... Ps>
class kernel<R(Ps...) noexcept> : public kernel<R(Ps...)> {
public:
  using kernel<R(Ps...)>::kernel;
};

} // namespace pinion
