#include <pinion/runtime/config_arguments.hpp>

#include <algorithm>
#include <string>
#include <string_view>

#include <pinion/runtime/config_option.hpp>
#include <pinion/runtime/error.hpp>
#include <pinion/runtime/suggestion.hpp>

namespace pinion {
namespace {

constexpr std::string_view prefix = "--pinion-";

std::string flag_of(const config_option& option) { return std::string(prefix) + option.flag().substr(2); }

const config_option* option_with_flag(std::string_view flag) {
  for (const auto& option : config_options())
    if (flag_of(option) == flag)
      return &option;
  return nullptr;
}

[[noreturn]] void refuse_unknown(const std::string& flag) {
  std::vector<std::string> flags{std::string(prefix) + "config"};
  for (const auto& option : config_options())
    flags.push_back(flag_of(option));
  raise(runtime_errc::bad_config, flag + ": there is no such option" + did_you_mean(flag, flags));
}

} // namespace

config_arguments config_arguments::read(int argc, const char* const* argv) {
  config_arguments result;
  std::error_code ignored;
  const auto here = std::filesystem::current_path(ignored);
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word == "--")
      break;
    if (!word.starts_with(prefix))
      continue;
    const auto equals = word.find('=');
    const std::string flag{word.substr(0, equals)};
    const auto* option = option_with_flag(flag);
    const bool names_file = flag == std::string(prefix) + "config";
    if (option == nullptr && !names_file)
      refuse_unknown(flag);
    std::string value;
    if (equals != std::string_view::npos)
      value = word.substr(equals + 1);
    else if (i + 1 < argc)
      value = argv[++i];
    else
      raise(runtime_errc::bad_config, flag + ": a value must follow");
    if (names_file) {
      result.file = value;
      continue;
    }
    // Only options that take several values may be given again and again; of others the last one holds.
    auto& settings = result.settings;
    const auto before = std::find_if(settings.begin(), settings.end(),
                                     [&](const auto& setting) { return setting.option == option->name; });
    if (before == settings.end())
      settings.push_back({std::string(option->name), {std::move(value)}, flag, here});
    else if (option->many())
      before->values.push_back(std::move(value));
    else
      before->values = {std::move(value)};
  }
  return result;
}

} // namespace pinion
