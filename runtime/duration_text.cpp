#include <pinion/runtime/duration_text.hpp>

#include <array>
#include <cstdint>
#include <utility>

#include <pinion/runtime/number_with_unit.hpp>

namespace pinion {
namespace {

constexpr std::int64_t second = 1'000'000'000;
// From large to small, as duration_text tries them.
constexpr std::array<std::pair<std::string_view, std::int64_t>, 6> units{
    {{"h", 3600 * second}, {"min", 60 * second}, {"s", second}, {"ms", 1'000'000}, {"us", 1'000}, {"ns", 1}}};

constexpr std::array<std::pair<std::string_view, std::int64_t>, 1> no_unit{{{"", 1}}};

} // namespace

std::optional<std::chrono::nanoseconds> parse_duration(std::string_view text) {
  const auto count = parse_number_with_unit<std::int64_t>(text, units);
  if (!count)
    return parse_number_with_unit<std::int64_t>(text, no_unit) == 0
               ? std::optional{std::chrono::nanoseconds{0}}
               : std::nullopt;
  if (*count > longest_duration.count())
    return std::nullopt;
  return std::chrono::nanoseconds{*count};
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
