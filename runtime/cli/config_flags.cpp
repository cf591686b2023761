#include <pinion/runtime/cli/config_flags.hpp>

namespace pinion::cli {
namespace {

bool belongs(std::string_view option, config_flags::scope which) {
  switch (which) {
  case config_flags::scope::node:
  case config_flags::scope::common:
    return true;
  case config_flags::scope::own:
    return option != "name";
  case config_flags::scope::lookup:
    return option == "runtime_dir";
  case config_flags::scope::list:
    return option == "runtime_dir" || option == "load" || option == "default_kernels";
  }
  return false;
}

// Help texts are verbs: "Load the kernels that come with pinion".
std::string lower_first(std::string_view text) {
  std::string result(text);
  if (!result.empty() && result[0] >= 'A' && result[0] <= 'Z')
    result[0] = static_cast<char>(result[0] - 'A' + 'a');
  return result;
}

} // namespace

config_flags::config_flags(CLI::App& command, scope which, std::shared_ptr<const config_flags> outer)
    : outer_(std::move(outer)) {
  const std::string group = which == scope::common ? "" : "Configuration";
  for (const auto& option : config_options())
    if (belongs(option.name, which))
      add_option(command, option, group);
  command.add_option("--config", file_, "Read this configuration file")
      ->type_name("FILE")
      ->group(which == scope::common ? "Options" : group);
  command
      .add_flag("--dump-config", dump_,
                "Print the configuration as it stands, and where each value came from")
      ->group(which == scope::common ? "Options" : group);
}

void config_flags::add_option(CLI::App& command, const config_option& option, const std::string& group) {
  auto& values = values_[std::string(option.name)];
  if (option.type == config_option::kind::truth) {
    // Two plain flags; the one that says what holds anyway need not be in --help. `--default-kernels=false`
    // works as well.
    const auto off = "--no-" + option.flag().substr(2);
    const bool on_anyway = option.toml(config::program_defaults()) == "true";
    command.add_flag(option.flag(), values, std::string(option.help))->group(on_anyway ? "" : group);
    command
        .add_flag_callback(
            off, [&values] { values = {"false"}; }, "Do not " + lower_first(option.help))
        ->group(on_anyway ? group : "");
    return;
  }
  auto* added = command.add_option(option.flag(), values, std::string(option.help));
  // One value a flag: what follows it may be a verb's own argument. Again and again only where it makes
  // sense.
  added->type_name(std::string(option.placeholder()))->expected(1)->allow_extra_args(false)->group(group);
  added->multi_option_policy(option.many() ? CLI::MultiOptionPolicy::TakeAll
                                           : CLI::MultiOptionPolicy::TakeLast);
}

std::vector<config_setting> config_flags::settings() const {
  auto result = outer_ ? outer_->settings() : std::vector<config_setting>{};
  std::error_code ignored;
  const auto here = std::filesystem::current_path(ignored);
  for (const auto& option : config_options())
    if (const auto found = values_.find(option.name); found != values_.end() && !found->second.empty())
      result.push_back({std::string(option.name), found->second, option.flag(), here});
  return result;
}

std::optional<std::filesystem::path> config_flags::file() const {
  if (!file_.empty())
    return file_;
  return outer_ ? outer_->file() : std::nullopt;
}

layered_config config_flags::load() const {
  return layered_config::load(settings(), file(), process_variable, config::program_defaults());
}

} // namespace pinion::cli
