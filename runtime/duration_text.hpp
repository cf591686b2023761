// Times as people write them: "250ms", "10s", "1.5min".
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace pinion {

/// The longest time that is taken; far enough from the end of a 64-bit clock to be added to any now.
inline constexpr std::chrono::nanoseconds longest_duration = std::chrono::hours{24 * 365};

/// A time from a number and a unit: ns, us, ms, s, min, h. Only zero may stand without a unit, so that nobody
/// has to guess one. Fractions are taken when they give whole nanoseconds. Nothing for everything else, for
/// negative times and for what is longer than a year.
std::optional<std::chrono::nanoseconds> parse_duration(std::string_view text);

/// The spelling in the largest unit that needs no fraction: "1s", "250ms", "0s".
std::string duration_text(std::chrono::nanoseconds time);

} // namespace pinion
