#include <pinion/runtime/duration_text.hpp>

#include <array>
#include <cstdint>
#include <utility>

namespace pinion {
namespace {

constexpr std::int64_t second = 1'000'000'000;
// From large to small, as duration_text tries them.
constexpr std::array<std::pair<std::string_view, std::int64_t>, 6> units{
    {{"h", 3600 * second}, {"min", 60 * second}, {"s", second}, {"ms", 1'000'000}, {"us", 1'000}, {"ns", 1}}};

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

} // namespace

std::optional<std::chrono::nanoseconds> parse_duration(std::string_view text) {
  std::int64_t number = 0; // all digits, the point left out
  std::int64_t below_point = 1;
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
    if (__builtin_mul_overflow(number, std::int64_t{10}, &number) ||
        __builtin_add_overflow(number, std::int64_t{text[at] - '0'}, &number))
      return std::nullopt;
    if (point_seen && __builtin_mul_overflow(below_point, std::int64_t{10}, &below_point))
      return std::nullopt;
  }
  if (digits == 0)
    return std::nullopt;
  while (at < text.size() && text[at] == ' ')
    ++at;
  const auto unit = text.substr(at);
  if (unit.empty())
    return number == 0 ? std::optional{std::chrono::nanoseconds{0}} : std::nullopt;
  for (const auto& [name, factor] : units) {
    if (unit != name)
      continue;
    std::int64_t count = 0;
    if (__builtin_mul_overflow(number, factor, &count) || count % below_point != 0)
      return std::nullopt;
    count /= below_point;
    if (count > longest_duration.count())
      return std::nullopt;
    return std::chrono::nanoseconds{count};
  }
  return std::nullopt;
}

std::string duration_text(std::chrono::nanoseconds time) {
  if (time.count() == 0)
    return "0s";
  for (const auto& [name, factor] : units)
    if (time.count() % factor == 0)
      return std::to_string(time.count() / factor).append(name);
  return std::to_string(time.count()) + "ns";
}

} // namespace pinion
