#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace pinion::scenario {

/// A line of a scenario file, or (line 0) the command line that changed it. A value.
struct mark {
  std::string file;
  std::uint32_t line = 0;
};

/// "four_ways.toml:12", or the bare name where there is no line.
std::string to_string(const mark& where);

/// Throws runtime_errc::scenario_error with "FILE:LINE: TEXT".
[[noreturn]] void fail(const mark& where, const std::string& text);

/// fail(), for a word that is none of the known ones: names the nearest, or all where none comes near.
[[noreturn]] void fail_unknown(const mark& where, const std::string& text, std::string_view word,
                               const std::vector<std::string_view>& known);

} // namespace pinion::scenario
