#pragma once

/// From a kernel to one that runs it for many items: what map() sends. Included by kernel_registry.hpp; a
/// program never meets it.

#include <cstddef>
#include <cstdint>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

#include <pinion/actors/binding.hpp>

namespace pinion {

/// "pinion.map.dot": the kernel that runs `dot` item by item. Its parameters are the number of the first
/// item, a column for each parameter of `dot`, whose axis 0 counts items, and one for the results unless
/// `dot` has none.
std::string map_name(std::string_view kernel);

namespace detail {

[[noreturn]] void refuse_columns(const kernel_call& call, std::int64_t wanted, std::int64_t got);
/// Throws what was thrown at an item, with its number; keeps the code.
[[noreturn]] void raise_at_item(const kernel_call& call, std::int64_t item);

// Numbers: one of the column's elements each time.
template <class P>
struct column_of {
  static_assert(element<P>);
  static parameter describe() { return {parameter::kind::array, dtype_of<P>, false, 1}; }
  explicit column_of(const any_view& from)
      : begin(static_cast<const P*>(from.data)), step(from.lay.strides[0]), items(from.lay.shape[0]) {}
  P operator[](std::int64_t i) const noexcept { return begin[i * step]; }

  const P* begin;
  std::int64_t step;
  std::int64_t items;
};

// Arrays: a row each time.
template <class T>
struct column_of<view<T>> {
  static parameter describe() { return bound<view<T>>::describe(); }
  explicit column_of(const any_view& from) : all(from.as<T>()), items(all.rank() == 0 ? -1 : all.shape(0)) {}
  view<T> operator[](std::int64_t i) const { return all.row(i); }

  view<T> all;
  std::int64_t items;
};

template <class T, std::size_t Rank>
struct column_of<view_nd<T, Rank>> : column_of<view<T>> {
  static parameter describe() {
    auto any = bound<view<T>>::describe();
    any.rank = Rank + 1;
    return any;
  }
  using column_of<view<T>>::column_of;
};

struct context_column {
  context& ctx;
  context& operator[](std::int64_t) const noexcept { return ctx; }
};

template <class R>
struct is_number : std::bool_constant<element<R>> {};

template <class P>
struct has_column : std::bool_constant<element<P>> {};
template <class T>
struct has_column<view<T>> : std::true_type {};
template <class T, std::size_t Rank>
struct has_column<view_nd<T, Rank>> : std::bool_constant<(Rank < max_rank)> {};

template <class P>
auto take_column(const kernel_call& call, std::size_t& next) {
  if constexpr (is_context<P>)
    return context_column{call.ctx};
  else
    return column_of<std::remove_cvref_t<P>>(call.open(next++));
}

template <class R, class... Ps>
struct map_of_function {
  static constexpr bool possible = std::disjunction_v<std::is_void<R>, is_number<R>> &&
                                   ((is_context<Ps> || has_column<std::remove_cvref_t<Ps>>::value) && ...) &&
                                   ((is_context<Ps> ? 0 : 1) + ... + 0) > 0;

  static signature describe() {
    signature sig;
    sig.takes_context = true;
    sig.parameters.push_back(bound<std::int64_t>::describe());
    [[maybe_unused]] const auto add = [&]<class P>(std::type_identity<P>) {
      if constexpr (!is_context<P>)
        sig.parameters.push_back(column_of<std::remove_cvref_t<P>>::describe());
    };
    (add(std::type_identity<Ps>{}), ...);
    if constexpr (!std::is_void_v<R>)
      sig.parameters.push_back({parameter::kind::array, dtype_of<R>, true, 1});
    return sig;
  }

  template <class F>
  static argument call(const F& f, const kernel_call& call) {
    const auto first = bound<std::int64_t>::take(call, 0);
    std::size_t next = 1;
    const std::tuple<decltype(take_column<Ps>(call, next))...> columns{take_column<Ps>(call, next)...};
    std::int64_t items = -1;
    const auto count = [&](const auto& column) {
      if constexpr (requires { column.items; }) {
        if (items >= 0 && column.items != items)
          refuse_columns(call, items, column.items);
        items = column.items;
        if (items < 0)
          refuse_columns(call, 0, items);
      }
    };
    std::apply([&](const auto&... each) { (count(each), ...); }, columns);
    std::int64_t i = 0;
    try {
      if constexpr (std::is_void_v<R>) {
        for (; i < items; ++i) {
          call.ctx.throw_if_stopped();
          std::apply([&](const auto&... each) { f(each[i]...); }, columns);
        }
      } else {
        const auto results = call.open(next).template as<R>();
        if (results.shape(0) != items)
          refuse_columns(call, items, results.shape(0));
        auto* const out = results.data();
        const auto step = results.strides()[0];
        for (; i < items; ++i) {
          call.ctx.throw_if_stopped();
          out[i * step] = std::apply([&](const auto&... each) -> R { return f(each[i]...); }, columns);
        }
      }
    } catch (...) {
      raise_at_item(call, first + i);
    }
    return {};
  }
};

template <class F>
struct map_type : std::false_type {
  static constexpr bool possible = false;
};
template <class R, class... Ps>
struct map_type<R (*)(Ps...)> : map_of_function<R, Ps...> {};
template <class R, class... Ps>
struct map_type<R (*)(Ps...) noexcept> : map_of_function<R, Ps...> {};
template <class C, class R, class... Ps>
struct map_type<R (C::*)(Ps...) const> : map_of_function<R, Ps...> {};
template <class C, class R, class... Ps>
struct map_type<R (C::*)(Ps...) const noexcept> : map_of_function<R, Ps...> {};

template <class F>
auto map_type_of() {
  if constexpr (requires { &F::operator(); })
    return map_type<decltype(&F::operator())>{};
  else
    return map_type<F>{};
}

} // namespace detail

/// Whether F, a kernel's function, can be run by one task for many items: numbers and views in, a number or
/// nothing out.
template <class F>
inline constexpr bool can_map = decltype(detail::map_type_of<F>())::possible;

template <class F>
requires can_map<F> registered_kernel make_map_kernel(const std::string& name, const signature& each, F f) {
  using shape = decltype(detail::map_type_of<F>());
  return {map_name(name),
          shape::describe(),
          {},
          0,
          [f = std::move(f)](const kernel_call& call) { return shape::call(f, call); },
          each};
}

} // namespace pinion
