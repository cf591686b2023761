// The configuration file: TOML, one key an option.
#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include <pinion/runtime/config_setting.hpp>

namespace pinion {

/// What the file says, in its order. Throws runtime_errc::bad_config for what cannot be read, is no TOML, has
/// a key that is no option (naming the nearest one) or a value of a kind that no option takes; with file and
/// line.
std::vector<config_setting> read_config_file(const std::filesystem::path& path);

/// The same from text that was read elsewhere; `path` serves messages and relative paths.
std::vector<config_setting> parse_config_text(std::string_view text, const std::filesystem::path& path);

} // namespace pinion
