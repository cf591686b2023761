#include <pinion/runtime/layered_config.hpp>

#include <algorithm>
#include <cstdlib>

#include <pinion/runtime/config_file.hpp>
#include <pinion/runtime/config_option.hpp>
#include <pinion/runtime/error.hpp>

namespace pinion {
namespace {

namespace fs = std::filesystem;

std::optional<std::string> non_empty(const environment& variables, const std::string& name) {
  auto value = variables(name);
  return value && !value->empty() ? value : std::nullopt;
}

std::optional<fs::path> file_to_read(const std::optional<fs::path>& named, const environment& variables) {
  if (named)
    return named;
  if (const auto path = non_empty(variables, "PINION_CONFIG"))
    return fs::path(*path);
  fs::path directory;
  if (const auto given = non_empty(variables, "XDG_CONFIG_HOME"); given && fs::path(*given).is_absolute())
    directory = *given;
  else if (const auto home = non_empty(variables, "HOME"))
    directory = fs::path(*home) / ".config";
  else
    return std::nullopt;
  const auto path = directory / "pinion" / "pinion.toml";
  std::error_code hidden; // a home that we may not look into has no file for us
  return fs::exists(path, hidden) ? std::optional{path} : std::nullopt;
}

// As in PATH: plug-ins in a variable have colons between them.
std::vector<std::string> split_at_colons(const std::string& text) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  for (auto colon = text.find(':'); colon != std::string::npos; colon = text.find(':', begin)) {
    parts.push_back(text.substr(begin, colon - begin));
    begin = colon + 1;
  }
  parts.push_back(text.substr(begin));
  return parts;
}

} // namespace

std::optional<std::string> process_variable(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value == nullptr ? std::nullopt : std::optional<std::string>{value};
}

layered_config layered_config::load(const std::vector<config_setting>& flags,
                                    const std::optional<fs::path>& file, const environment& variables,
                                    const config& defaults) {
  layered_config result;
  result.value_ = defaults;
  result.file_ = file_to_read(file, variables);
  if (result.file_)
    for (const auto& setting : read_config_file(*result.file_))
      result.apply(setting);
  std::error_code ignored;
  const auto here = fs::current_path(ignored);
  for (const auto& option : config_options())
    if (const auto value = non_empty(variables, option.variable())) {
      auto values = option.many() ? split_at_colons(*value) : std::vector{*value};
      result.apply({std::string(option.name), std::move(values), option.variable(), here});
    }
  for (const auto& setting : flags)
    result.apply(setting);
  return result;
}

void layered_config::apply(const config_setting& setting) {
  const auto* option = find_config_option(setting.option);
  if (option == nullptr)
    raise(runtime_errc::bad_config, setting.where + ": there is no option `" + setting.option + "`");
  option->set(value_, setting.values, setting.where, setting.base);
  where_[setting.option] = setting.where;
}

const std::string& layered_config::where(std::string_view option) const {
  static const std::string nowhere = "default";
  const auto found = where_.find(option);
  return found == where_.end() ? nowhere : found->second;
}

std::string layered_config::dump() const {
  std::vector<std::string> lines;
  std::size_t widest = 0;
  for (const auto& option : config_options()) {
    lines.push_back(std::string(option.name) + " = " + option.toml(value_));
    // One long path should not push every comment to the right.
    if (lines.back().size() <= 48)
      widest = std::max(widest, lines.back().size());
  }
  std::string text = "# The configuration as it stands. Above each other, the first that is set wins:\n"
                     "# flags, PINION_* variables, a file, defaults.\n";
  text += "# File: " + (file_ ? file_->string() : "none") + "\n";
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto padding = widest - std::min(widest, lines[i].size());
    text += lines[i] + std::string(padding + 2, ' ') + "# " + where(config_options()[i].name) + "\n";
  }
  return text;
}

} // namespace pinion
