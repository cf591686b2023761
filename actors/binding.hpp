#pragma once

/// From a C++ function to a kernel: its signature from its type, and code that turns packed arguments into
/// its parameters. Included by kernel_registry.hpp; a program meets it in compiler messages at most.

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include <pinion/actors/convert.hpp>
#include <pinion/actors/registered_kernel.hpp>
#include <pinion/actors/view_nd.hpp>

namespace pinion {

/// One run of a kernel; lives on the stack of registered_kernel::invoke.
struct kernel_call {
  const registered_kernel& what;
  std::span<const argument> arguments;
  mapper& maps;
  context& ctx;
  argument_map* where = nullptr;

  /// Throws bad_arguments: "dot: argument 2: expected view<const float64>, got array int32[3]".
  [[noreturn]] void refuse(std::size_t position) const;
  /// Throws bad_reference with the kernel and the position in front.
  [[noreturn]] void refuse(std::size_t position, const shm_error& why) const;
  /// The array that an argument refers to, opened by the right of the parameter. `position` counts from 0.
  any_view open(std::size_t position) const;
  /// A result that lies in the worker's arena is the caller's from now on.
  argument pass(argument result) const;
};

/// "takes 2 arguments, got 3".
std::string wrong_count(const signature& sig, std::size_t got);

namespace detail {

template <class>
inline constexpr bool never_true = false;

template <class P>
struct bound; // how a parameter of plain type P is described and taken

template <element T>
struct bound<T> {
  static parameter describe() { return {parameter::kind::scalar, dtype_of<T>, false, std::nullopt}; }
  static T take(const kernel_call& call, std::size_t position) {
    const auto value = convert<T>(look(call.arguments[position]));
    if (!value)
      call.refuse(position);
    return *value;
  }
};

// The text stays in the argument, which lives as long as the call: no copy for string_view and const
// std::string&.
template <>
struct bound<std::string> {
  static parameter describe() { return {parameter::kind::string, dtype::uint8, false, std::nullopt}; }
  static const std::string& take(const kernel_call& call, std::size_t position) {
    const auto* value = std::get_if<std::string>(&call.arguments[position]);
    if (!value)
      call.refuse(position);
    return *value;
  }
};

template <>
struct bound<std::string_view> : bound<std::string> {};

template <class T>
struct bound<view<T>> {
  static parameter describe() {
    return {parameter::kind::array, dtype_of<std::remove_const_t<T>>, !std::is_const_v<T>, std::nullopt};
  }
  static view<T> take(const kernel_call& call, std::size_t position) {
    return call.open(position).template as<T>();
  }
};

template <class T, std::size_t Rank>
struct bound<view_nd<T, Rank>> {
  static_assert(Rank <= max_rank);
  static parameter describe() {
    auto any = bound<view<T>>::describe();
    any.rank = Rank;
    return any;
  }
  static view_nd<T, Rank> take(const kernel_call& call, std::size_t position) {
    return bound<view<T>>::take(call, position);
  }
};

template <class T>
struct bound<shared_view<T>> {
  static parameter describe() {
    auto any = bound<view<T>>::describe();
    any.shared = true;
    return any;
  }
  static shared_view<T> take(const kernel_call& call, std::size_t position) {
    return shared_view<T>(bound<view<T>>::take(call, position));
  }
};

// Of rank 0, as make_shared_value makes it.
template <class T>
struct bound<shared_value<T>> {
  static parameter describe() {
    auto any = bound<shared_view<T>>::describe();
    any.rank = 0;
    return any;
  }
  static shared_value<T> take(const kernel_call& call, std::size_t position) {
    return shared_value<T>(bound<view<T>>::take(call, position));
  }
};

template <class T>
struct bound<guarded<T>> {
  static parameter describe() {
    return {parameter::kind::guarded, dtype_of<T>, true, std::nullopt, false, true};
  }
  static guarded<T> take(const kernel_call& call, std::size_t position) {
    const auto block = call.open(position);
    try {
      return guarded<T>(block);
    } catch (const shm_error& why) {
      call.refuse(position, why);
    }
  }
};

template <>
struct bound<record> {
  static parameter describe() {
    return {parameter::kind::record, dtype::uint8, true, std::nullopt, false, true};
  }
  static record take(const kernel_call& call, std::size_t position) {
    const auto block = call.open(position);
    try {
      return record(block);
    } catch (const shm_error& why) {
      call.refuse(position, why);
    }
  }
};

template <>
struct bound<any_view> {
  static parameter describe() { return {parameter::kind::any_array, dtype::uint8, false, std::nullopt}; }
  static any_view take(const kernel_call& call, std::size_t position) { return call.open(position); }
};

template <class P>
inline constexpr bool is_context = std::same_as<std::remove_cvref_t<P>, context>;

template <class P>
inline constexpr bool is_bindable = requires {
  bound<std::remove_cvref_t<P>>::describe();
}
&&(!std::is_reference_v<P> || std::is_const_v<std::remove_reference_t<P>>);

template <class P>
decltype(auto) take(const kernel_call& call, std::size_t& next) {
  if constexpr (is_context<P>)
    return (call.ctx);
  else
    return bound<std::remove_cvref_t<P>>::take(call, next++);
}

// Arrays that a kernel makes: results, never parameters.
template <class R>
struct is_made : std::false_type {};
template <class T>
struct is_made<array<T>> : std::true_type {
  static parameter describe() { return {parameter::kind::array, dtype_of<T>, true, std::nullopt, true}; }
};
template <>
struct is_made<any_array> : std::true_type {
  static parameter describe() { return {parameter::kind::any_array, dtype::uint8, true, std::nullopt, true}; }
};

template <class R>
std::optional<parameter> describe_result() {
  using plain = std::remove_cvref_t<R>;
  if constexpr (std::is_void_v<R>) {
    return std::nullopt;
  } else if constexpr (std::same_as<plain, const char*> || std::same_as<plain, char*>) {
    return bound<std::string>::describe();
  } else {
    if constexpr (is_made<plain>::value)
      return is_made<plain>::describe();
    else {
      static_assert(
          requires { bound<plain>::describe(); },
          "a kernel returns nothing, a number, a string, an array that it made (context::make) or a view of "
          "one or of an argument");
      return bound<plain>::describe();
    }
  }
}

template <class R, class... Ps>
struct shape_of_function {
  static_assert(((is_context<Ps> || is_bindable<Ps>)&&...),
                "a kernel takes numbers, strings, pinion::view<T>, view_nd<T, N>, shared_view<T>, "
                "shared_value<T>, guarded<T>, record or any_view by value (or by const reference), and "
                "pinion::context&");

  static signature describe() {
    signature sig;
    sig.result = describe_result<R>();
    sig.takes_context = (is_context<Ps> || ...);
    [[maybe_unused]] const auto add = [&]<class P>(std::type_identity<P>) {
      if constexpr (!is_context<P>)
        sig.parameters.push_back(bound<std::remove_cvref_t<P>>::describe());
    };
    (add(std::type_identity<Ps>{}), ...);
    return sig;
  }

  template <class F>
  static argument call(const F& f, const kernel_call& call) {
    [[maybe_unused]] std::size_t next = 0;
    // Braces: from left to right, so that the first wrong argument is the one that is told.
    const std::tuple<decltype(take<Ps>(call, next))...> bound_arguments{take<Ps>(call, next)...};
    const auto run = [&]<std::size_t... I>(std::index_sequence<I...>)->R {
      return f(std::get<I>(bound_arguments)...);
    };
    if constexpr (std::is_void_v<R>) {
      run(std::index_sequence_for<Ps...>{});
      return {};
    } else {
      // Alive until it was passed on.
      const std::remove_cvref_t<R> result = run(std::index_sequence_for<Ps...>{});
      return call.pass(to_argument(result));
    }
  }
};

template <class F>
struct function_type {
  static_assert(never_true<F>,
                "a kernel is a function, or an object with one operator() that is const and no "
                "template; cast an overloaded function to the overload that is meant");
};
template <class R, class... Ps>
struct function_type<R (*)(Ps...)> : shape_of_function<R, Ps...> {};
template <class R, class... Ps>
struct function_type<R (*)(Ps...) noexcept> : shape_of_function<R, Ps...> {};
template <class C, class R, class... Ps>
struct function_type<R (C::*)(Ps...) const> : shape_of_function<R, Ps...> {};
template <class C, class R, class... Ps>
struct function_type<R (C::*)(Ps...) const noexcept> : shape_of_function<R, Ps...> {};

template <class F>
auto type_of_function() {
  if constexpr (requires { &F::operator(); })
    return function_type<decltype(&F::operator())>{};
  else
    return function_type<F>{};
}

template <class F>
signature signature_of() {
  return decltype(type_of_function<F>())::describe();
}

} // namespace detail

template <class F>
registered_kernel make_kernel(std::string name, F f, std::string doc) {
  using shape = decltype(detail::type_of_function<F>());
  return {std::move(name), shape::describe(), std::move(doc), 0,
          [f = std::move(f)](const kernel_call& call) { return shape::call(f, call); }};
}

} // namespace pinion
