#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <pinion/runtime/config.hpp>

namespace pinion::scenario {

/// Plays a scenario file: progress on stderr where that is a terminal, the tables on stdout, and all that was
/// measured as JSON into `json_out` ("-": to stdout, and the tables to stderr). `sets` are `key=value`s that
/// go over the file's [set].
///
/// Returns 0, 1 when an expectation does not hold, or 128 and the number of the signal when one ended it.
/// Throws std::system_error: runtime_errc::scenario_error for a file that cannot be played, with its line, or
/// what the node throws. A step that crashes starts this program again with the same arguments, and is then
/// played by the same call in that process; so call it early, with the arguments that the program was given.
int play(const config& settings, const std::filesystem::path& file, const std::vector<std::string>& sets,
         const std::optional<std::filesystem::path>& json_out);

} // namespace pinion::scenario
