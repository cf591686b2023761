// `pinion run`: plays a scenario.
#include <optional>

#include <pinion/runtime/cli/output.hpp>
#include <pinion/runtime/cli/usage_error.hpp>
#include <pinion/runtime/cli/verb.hpp>
#include <pinion/runtime/scenario/play.hpp>

namespace pinion::cli {
namespace {

struct run_request {
  std::string file;
  std::vector<std::string> settings;
  std::optional<std::string> json;
  std::shared_ptr<const config_flags> flags;
};

int run(const run_request& asked) {
  if (asked.file.empty())
    throw usage_error("the FILE of a scenario is missing; see `pinion run --help`");
  for (const auto& setting : asked.settings)
    if (setting.find('=') == std::string::npos || setting.starts_with('='))
      throw usage_error("--set " + setting + ": expected key=value; see `pinion run --help`");
  if (asked.json && asked.json->empty())
    throw usage_error("--json: expected the name of a file, or - for standard output");
  const auto config = asked.flags->load().value();
  return scenario::play(config, asked.file, asked.settings, asked.json);
}

} // namespace

verb add_run(CLI::App& program, const common_flags& common) {
  auto* command = program.add_subcommand("run", "Play a scenario and check what it expects");
  command->footer("Examples:\n"
                  "  pinion run examples/scenarios/four_ways.toml\n"
                  "  pinion run examples/scenarios/shared_arrays.toml --set size=256MiB --json out.json\n\n"
                  "Ends with 1 when an expectation fails.");
  const auto asked = std::make_shared<run_request>();
  command->add_option("FILE", asked->file, "The scenario, a TOML file")->type_name("");
  command->add_option("--set", asked->settings, "Change a setting of the scenario (may be repeated)")
      ->type_name("KEY=VALUE")
      ->expected(1)
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  command->add_option("--json", asked->json, "Write what was measured to this file")->type_name("FILE");
  asked->flags = std::make_shared<config_flags>(*command, config_flags::scope::own, common);
  return {command, asked->flags, [asked] { return run(*asked); }};
}

} // namespace pinion::cli
