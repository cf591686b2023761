#include <pinion/runtime/config_file.hpp>

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>

#include <toml++/toml.h>

#include <pinion/runtime/config_option.hpp>
#include <pinion/runtime/error.hpp>
#include <pinion/runtime/suggestion.hpp>
#include <pinion/runtime/text_file.hpp>

namespace pinion {
namespace {

std::string place_of(const std::filesystem::path& path, const toml::source_region& source) {
  return path.string() + ":" + std::to_string(source.begin.line);
}

// As the same value would be written on the command line; nothing for tables, dates and lists of lists.
std::optional<std::string> scalar_text(const toml::node& node) {
  if (const auto text = node.value_exact<std::string>())
    return *text;
  if (const auto number = node.value_exact<std::int64_t>())
    return std::to_string(*number);
  if (const auto truth = node.value_exact<bool>())
    return *truth ? "true" : "false";
  if (const auto number = node.value_exact<double>()) {
    char text[32];
    const auto end = std::to_chars(text, text + sizeof text, *number);
    return std::string(text, end.ptr);
  }
  return std::nullopt;
}

std::vector<std::string> texts(const toml::node& node, const config_option& option,
                               const std::string& where) {
  const auto bad_kind = [&](const toml::node& item) {
    std::string kind;
    if (item.is_table())
      kind = "a table";
    else if (item.is_array())
      kind = "a list";
    else
      kind = "a date or a time of day";
    raise(runtime_errc::bad_config, where + ": " + std::string(option.name) + " cannot be " + kind);
  };
  const auto* list = node.as_array();
  const bool takes_lists = option.many() || option.type == config_option::kind::processors;
  if (list == nullptr || !takes_lists) {
    auto text = scalar_text(node);
    if (!text)
      bad_kind(node);
    return {std::move(*text)};
  }
  std::vector<std::string> items;
  for (const auto& item : *list) {
    auto text = scalar_text(item);
    if (!text)
      bad_kind(item);
    items.push_back(std::move(*text));
  }
  if (option.many())
    return items;
  std::string joined;
  for (const auto& item : items)
    joined += (joined.empty() ? "" : ",") + item;
  return {std::move(joined)};
}

std::vector<std::string_view> option_names() {
  std::vector<std::string_view> names;
  for (const auto& option : config_options())
    names.push_back(option.name);
  return names;
}

} // namespace

std::vector<config_setting> parse_config_text(std::string_view text, const std::filesystem::path& path) {
  toml::table table;
  try {
    table = toml::parse(text, path.string());
  } catch (const toml::parse_error& problem) {
    raise(runtime_errc::bad_config,
          place_of(path, problem.source()) + ": " + std::string(problem.description()));
  }
  std::error_code ignored;
  const auto base = std::filesystem::absolute(path, ignored).parent_path();
  std::vector<std::pair<toml::source_position, config_setting>> found;
  for (const auto& [key, node] : table) {
    const std::string_view name = key.str();
    const auto where = place_of(path, key.source());
    const auto* option = find_config_option(name);
    if (option == nullptr)
      raise(runtime_errc::bad_config,
            where + ": unknown key `" + std::string(name) + "`" + did_you_mean(name, option_names()));
    found.push_back({key.source().begin, {std::string(name), texts(node, *option, where), where, base}});
  }
  // The table is sorted by name; messages should follow the file.
  std::stable_sort(found.begin(), found.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<config_setting> settings;
  for (auto& entry : found)
    settings.push_back(std::move(entry.second));
  return settings;
}

std::vector<config_setting> read_config_file(const std::filesystem::path& path) {
  return parse_config_text(read_text_file(path, runtime_errc::bad_config), path);
}

} // namespace pinion
