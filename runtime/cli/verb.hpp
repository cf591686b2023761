// One word of the command line.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include <CLI/CLI.hpp>

#include <pinion/runtime/cli/config_flags.hpp>

namespace pinion::cli {

/// A command of the program and what it does once the command line was read; answers an exit code, or throws:
/// usage_error and bad_config end with 2, everything else with 1.
struct verb {
  CLI::App* command;
  /// For --dump-config, which is asked instead of `act`; null for verbs without configuration.
  std::shared_ptr<const config_flags> flags;
  std::function<int()> act;
};

using common_flags = std::shared_ptr<const config_flags>;

// Each adds its command to the program; one file a verb.
verb add_run(CLI::App& program, const common_flags& common);
verb add_call(CLI::App& program, const common_flags& common);
verb add_node(CLI::App& program, const common_flags& common);
verb add_kernels(CLI::App& program, const common_flags& common);
verb add_ps(CLI::App& program, const common_flags& common);
verb add_stop(CLI::App& program, const common_flags& common);
/// pause, resume, drain and resize.
std::vector<verb> add_pool(CLI::App& program, const common_flags& common);
verb add_version(CLI::App& program, const common_flags& common);

} // namespace pinion::cli
