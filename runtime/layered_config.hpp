// A configuration put together from flags, variables, a file and defaults.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <pinion/runtime/config.hpp>
#include <pinion/runtime/config_setting.hpp>

namespace pinion {

/// Looks a variable up; tests give their own.
using environment = std::function<std::optional<std::string>(const std::string& name)>;

/// The variables of this process. Not while another thread calls setenv.
std::optional<std::string> process_variable(const std::string& name);

/// The values, and for each where it came from. One thread at a time.
class layered_config {
public:
  /// Defaults, below the configuration file, below PINION_* variables, below `flags`. The file is `file`,
  /// else $PINION_CONFIG, else pinion/pinion.toml in $XDG_CONFIG_HOME or ~/.config if there is one; only a
  /// file that was named must exist. An empty variable counts as not set. Throws runtime_errc::bad_config.
  static layered_config load(const std::vector<config_setting>& flags,
                             const std::optional<std::filesystem::path>& file = std::nullopt,
                             const environment& variables = process_variable,
                             const config& defaults = config::defaults());

  const config& value() const { return value_; }

  /// "default", or what config_setting::where said last.
  const std::string& where(std::string_view option) const;

  /// A configuration file that gives just this configuration; each key with its origin in a comment.
  std::string dump() const;

private:
  void apply(const config_setting& setting);

  config value_;
  std::map<std::string, std::string, std::less<>> where_;
  std::optional<std::filesystem::path> file_;
};

} // namespace pinion
