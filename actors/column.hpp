#pragma once

#include <concepts>
#include <cstdint>
#include <cstring>
#include <functional>
#include <memory>
#include <ranges>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <pinion/actors/argument.hpp>
#include <pinion/actors/holds.hpp>
#include <pinion/shm/rows.hpp>
#include <pinion/shm/store.hpp>
#include <pinion/shm/tiles.hpp>

namespace pinion {

/// One argument of a map: what it is for each item. Either an array in shared memory whose axis 0 counts
/// items (numbers of one axis, or slices of more), or the same value for all, or a function that gives each.
/// A plain value that keeps what it needs; at() may be called by any thread, one at a time.
class column {
public:
  using item_function = std::function<argument(std::int64_t item, hold_list& holds)>;

  /// REQUIRES: a rank of 1 or more.
  static column of_axis(any_view items);
  static column of_same(argument value, hold_list holds);
  static column of_same(any_view array);
  static column of_items(std::int64_t count, item_function item);

  /// Items; -1 = as many as are wanted.
  std::int64_t count() const noexcept { return count_; }
  /// The argument for one item; what must live while a task has it is put into `holds`.
  argument at(std::int64_t item, hold_list& holds) const;
  /// The array whose axis 0 counts items; null where there is none.
  const any_view* axis() const noexcept { return count_ >= 0 && has_axis_ ? &axis_ : nullptr; }
  /// The value of all items; null where they differ.
  const argument* same() const noexcept { return count_ < 0 ? &same_ : nullptr; }
  /// The array that is the same for all items; null where there is none.
  const any_view* same_array() const noexcept { return count_ < 0 && has_axis_ ? &axis_ : nullptr; }

private:
  std::int64_t count_ = 0;
  bool has_axis_ = false;
  any_view axis_;
  argument same_;
  hold_list holds_;
  item_function item_;
};

/// Elements `first` to `first + count` of axis 0.
any_view part_of(const any_view& whole, std::int64_t first, std::int64_t count);
/// An element as the argument that it is. REQUIRES: rank 1.
argument element_at(const any_view& whole, std::int64_t index);
/// Writes a number into an element, by the rule of convert.hpp; false where it does not fit.
bool put_element(const any_view& whole, std::int64_t index, const argument_view& value);

/// The same value for every item of a map, an array too: map("scale", rows(a), same(2.0)).
template <packable T>
struct same {
  explicit same(T what) : value(std::move(what)) {}
  T value;
};
same(const char*)->same<std::string>;

// -- what may stand in a map ---------------------------------------------------

namespace detail {
column column_of_view(any_view whole);
}

template <class T>
column to_column(store&, const view<T>& x) {
  return detail::column_of_view(x);
}
template <class T>
column to_column(store&, const array<T>& x) {
  return detail::column_of_view(x.view());
}
template <class T>
column to_column(store&, const rows<T>& x) {
  return detail::column_of_view(x.whole());
}
inline column to_column(store&, const any_view& x) { return detail::column_of_view(x); }
inline column to_column(store&, const any_array& x) { return detail::column_of_view(x.view()); }

template <class T>
column to_column(store&, const same<T>& x) {
  if constexpr (std::is_convertible_v<const T&, any_view>) {
    return column::of_same(static_cast<any_view>(x.value));
  } else {
    hold_list holds;
    hold(holds, x.value);
    return column::of_same(to_argument(x.value), std::move(holds));
  }
}

/// Numbers are copied into shared memory, once; of all else the range is copied.
template <std::ranges::random_access_range Range>
requires(packable<std::ranges::range_value_t<Range>> && !packable<Range>) column
    to_column(store& memory, const Range& x) {
  using item = std::ranges::range_value_t<Range>;
  const auto count = static_cast<std::int64_t>(std::ranges::size(x));
  if constexpr (element<item>) {
    const auto made = memory.empty<item>({count});
    std::ranges::copy(x, made.data());
    return column::of_axis(made.view());
  } else {
    // What only points to a text may be gone when its turn comes.
    using kept_item = std::conditional_t<std::is_convertible_v<item, std::string_view>, std::string, item>;
    const auto kept = std::make_shared<std::vector<kept_item>>();
    kept->reserve(static_cast<std::size_t>(count));
    for (const auto& each : x)
      kept->emplace_back(each);
    return column::of_items(count, [kept](std::int64_t i, hold_list& holds) {
      const auto& one = (*kept)[static_cast<std::size_t>(i)];
      hold(holds, one);
      return to_argument(one);
    });
  }
}

template <class T>
column to_column(store&, const tiles<T>& x) {
  return column::of_items(x.size(), [x](std::int64_t i, hold_list& holds) {
    const auto one = x[i];
    hold(holds, one);
    return to_argument(one);
  });
}

/// What may stand in a map.
template <class X>
concept mappable = requires(store& memory, const X& x) {
  { to_column(memory, x) } -> std::same_as<column>;
};

} // namespace pinion
