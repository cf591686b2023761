#include <pinion/runtime/size_text.hpp>

#include <array>
#include <limits>
#include <utility>

namespace pinion {
namespace {

constexpr std::size_t kibi = 1024;
constexpr std::array<std::pair<std::string_view, std::size_t>, 18> units{{
    {"", 1},
    {"B", 1},
    {"KiB", kibi},
    {"K", kibi},
    {"k", kibi},
    {"MiB", kibi* kibi},
    {"M", kibi* kibi},
    {"GiB", kibi* kibi* kibi},
    {"G", kibi* kibi* kibi},
    {"TiB", kibi* kibi* kibi* kibi},
    {"T", kibi* kibi* kibi* kibi},
    {"kB", 1000},
    {"KB", 1000},
    {"MB", 1000 * 1000},
    {"GB", 1000 * 1000 * 1000},
    {"TB", std::size_t{1000} * 1000 * 1000 * 1000},
    {"bytes", 1},
    {"byte", 1},
}};

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

} // namespace

std::optional<std::size_t> parse_size(std::string_view text) {
  std::size_t number = 0; // all digits, the point left out
  std::size_t below_point = 1;
  bool point_seen = false;
  std::size_t at = 0;
  std::size_t digits = 0;
  for (; at < text.size() && (is_digit(text[at]) || text[at] == '.'); ++at) {
    if (text[at] == '.') {
      if (point_seen)
        return std::nullopt;
      point_seen = true;
      continue;
    }
    ++digits;
    if (__builtin_mul_overflow(number, std::size_t{10}, &number) ||
        __builtin_add_overflow(number, static_cast<std::size_t>(text[at] - '0'), &number))
      return std::nullopt;
    if (point_seen && __builtin_mul_overflow(below_point, std::size_t{10}, &below_point))
      return std::nullopt;
  }
  if (digits == 0)
    return std::nullopt;
  while (at < text.size() && text[at] == ' ')
    ++at;
  for (const auto& [name, factor] : units) {
    if (text.substr(at) != name)
      continue;
    std::size_t bytes = 0;
    if (__builtin_mul_overflow(number, factor, &bytes) || bytes % below_point != 0)
      return std::nullopt;
    return bytes / below_point;
  }
  return std::nullopt;
}

std::string size_text(std::size_t bytes) {
  constexpr std::array<std::string_view, 4> names{"KiB", "MiB", "GiB", "TiB"};
  std::string_view unit;
  for (std::string_view name : names) {
    if (bytes == 0 || bytes % kibi != 0)
      break;
    bytes /= kibi;
    unit = name;
  }
  return std::to_string(bytes).append(unit);
}

} // namespace pinion
