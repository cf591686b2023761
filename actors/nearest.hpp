#pragma once

#include <initializer_list>
#include <optional>
#include <ranges>
#include <string>
#include <string_view>
#include <vector>

namespace pinion {

/// How many single edits (insert, delete, replace, swap of neighbours) turn one word into the other; capitals
/// do not count. Any thread. Work is the product of the two lengths.
std::size_t edit_distance(std::string_view left, std::string_view right);

/// The candidate that a mistyped word most likely meant, or nothing when none comes close: at most one edit
/// for each three characters, or a candidate that begins with the word. Of equals, the first. Any thread.
/// Meant for error messages: it allocates.
std::optional<std::string> nearest_name(std::string_view word,
                                        const std::vector<std::string_view>& candidates);

template <std::ranges::input_range Names>
requires std::convertible_to<std::ranges::range_reference_t<const Names>, std::string_view>
    std::optional<std::string> nearest_name(std::string_view word, const Names& candidates) {
  return nearest_name(
      word, std::vector<std::string_view>(std::ranges::begin(candidates), std::ranges::end(candidates)));
}

inline std::optional<std::string> nearest_name(std::string_view word,
                                               std::initializer_list<std::string_view> candidates) {
  return nearest_name(word, std::vector<std::string_view>(candidates));
}

} // namespace pinion
