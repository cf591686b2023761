// The options of the configuration as flags of a verb.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include <pinion/runtime/config_option.hpp>
#include <pinion/runtime/layered_config.hpp>

namespace pinion::cli {

/// Adds --config, --dump-config and flags for options to a CLI11 command, and turns what was given into
/// settings. CLI11 writes into it while it parses: it stays where it is and outlives the command. One thread.
class config_flags {
public:
  /// Which options make sense for a verb.
  enum class scope {
    node,   ///< all: it starts a node for others
    own,    ///< all but the name: it starts a node for itself
    lookup, ///< runtime_dir: it only talks to nodes
    list,   ///< runtime_dir and what decides about plug-ins
    common, ///< all, not shown in --help: for the program itself
  };

  /// What `outer` was given counts as well, below the verb's own flags.
  config_flags(CLI::App& command, scope which, std::shared_ptr<const config_flags> outer = nullptr);
  config_flags(const config_flags&) = delete;
  config_flags& operator=(const config_flags&) = delete;

  /// All flags as settings, in the order of layers.
  std::vector<config_setting> settings() const;

  /// Flags, variables, file and defaults. Throws runtime_errc::bad_config.
  layered_config load() const;

  bool dump_asked() const { return dump_ || (outer_ && outer_->dump_asked()); }

private:
  void add_option(CLI::App& command, const config_option& option, const std::string& group);
  std::optional<std::filesystem::path> file() const;

  std::shared_ptr<const config_flags> outer_;
  std::map<std::string, std::vector<std::string>, std::less<>> values_;
  bool no_default_kernels_ = false;
  std::string file_;
  bool dump_ = false;
};

} // namespace pinion::cli
