#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <pinion/runtime/scenario/script.hpp>

namespace pinion::scenario {

/// Reads a scenario. `sets` are the `key=value`s of the command line, the last of a key wins. Any thread.
/// Throws runtime_errc::scenario_error with "FILE:LINE: what is wrong, and what is known instead".
script parse(std::string_view text, const std::filesystem::path& file, const std::vector<std::string>& sets);

/// The same from a file; one that cannot be read, or is larger than 1 MiB, is a scenario_error too.
script parse_file(const std::filesystem::path& file, const std::vector<std::string>& sets);

} // namespace pinion::scenario
