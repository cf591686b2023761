#pragma once

#include <concepts>
#include <optional>
#include <string_view>
#include <utility>

namespace pinion {

/// What "1.5 GiB" and "250ms" have in common: digits with at most one point among them, spaces, and one of
/// `units`, a range of pairs of a name and how many it stands for. Nothing for everything else, for what is
/// not whole, and for what does not fit into `Int`.
template <std::integral Int, class Units>
std::optional<Int> parse_number_with_unit(std::string_view text, const Units& units) {
  Int number = 0; // all digits, the point left out
  Int below_point = 1;
  bool point_seen = false;
  std::size_t at = 0;
  std::size_t digits = 0;
  for (; at < text.size() && ((text[at] >= '0' && text[at] <= '9') || text[at] == '.'); ++at) {
    if (text[at] == '.') {
      if (std::exchange(point_seen, true))
        return std::nullopt;
      continue;
    }
    ++digits;
    if (__builtin_mul_overflow(number, Int{10}, &number) ||
        __builtin_add_overflow(number, static_cast<Int>(text[at] - '0'), &number))
      return std::nullopt;
    if (point_seen && __builtin_mul_overflow(below_point, Int{10}, &below_point))
      return std::nullopt;
  }
  if (digits == 0)
    return std::nullopt;
  while (at < text.size() && text[at] == ' ')
    ++at;
  for (const auto& [name, factor] : units) {
    if (text.substr(at) != name)
      continue;
    Int count = 0;
    if (__builtin_mul_overflow(number, factor, &count) || count % below_point != 0)
      return std::nullopt;
    return count / below_point;
  }
  return std::nullopt;
}

} // namespace pinion
