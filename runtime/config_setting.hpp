// What one place says about one option.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace pinion {

/// A value that is still text, and where it was found. A plain value.
struct config_setting {
  /// As in the table: "store_limit".
  std::string option;
  /// One, but for options that take several.
  std::vector<std::string> values;
  /// For people: "--workers", "PINION_WORKERS", "/home/ada/.config/pinion/pinion.toml:3".
  std::string where;
  /// Where relative paths start.
  std::filesystem::path base;
};

} // namespace pinion
