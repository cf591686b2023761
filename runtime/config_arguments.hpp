// The arguments of an embedding program that are meant for pinion.
#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include <pinion/runtime/config_setting.hpp>

namespace pinion {

/// What `--pinion-<option> VALUE` and `--pinion-<option>=VALUE` said, up to a `--`. A plain value.
struct config_arguments {
  std::vector<config_setting> settings;
  /// Of --pinion-config.
  std::optional<std::filesystem::path> file;

  /// Everything that does not start with `--pinion-` is passed over. Throws runtime_errc::bad_config for
  /// unknown options and missing values.
  static config_arguments read(int argc, const char* const* argv);
};

} // namespace pinion
