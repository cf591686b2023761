#pragma once

#include <cstddef>
#include <ranges>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <pinion/actors/column.hpp>

namespace pinion::detail {

/// A column for each place of the tuples. Lengths are equal by themselves.
template <std::ranges::random_access_range Tuples>
std::vector<column> columns_of_tuples(store& memory, const Tuples& calls) {
  using call = std::ranges::range_value_t<Tuples>;
  std::vector<column> result;
  const auto add = [&]<std::size_t I>(std::integral_constant<std::size_t, I>) {
    using item = std::remove_cvref_t<std::tuple_element_t<I, call>>;
    static_assert(packable<item>, "a task takes numbers, strings, arrays and views");
    std::vector<item> column;
    column.reserve(static_cast<std::size_t>(std::ranges::size(calls)));
    for (const auto& each : calls)
      column.push_back(std::get<I>(each));
    result.push_back(to_column(memory, column));
  };
  [&]<std::size_t... I>(std::index_sequence<I...>) { (add(std::integral_constant<std::size_t, I>{}), ...); }
  (std::make_index_sequence<std::tuple_size_v<call>>{});
  return result;
}

} // namespace pinion::detail
