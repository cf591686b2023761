#include <pinion/runtime/cli/stray_variables.hpp>

#include <algorithm>
#include <string_view>

#include <pinion/runtime/config_option.hpp>
#include <pinion/runtime/suggestion.hpp>

namespace pinion::cli {

std::vector<std::string> stray_variables(const char* const* variables) {
  std::vector<std::string> known{"PINION_CONFIG"};
  for (const auto& option : config_options())
    known.push_back(option.variable());
  std::vector<std::string> result;
  for (; variables != nullptr && *variables != nullptr; ++variables) {
    const std::string_view text(*variables);
    const auto name = text.substr(0, text.find('='));
    if (!name.starts_with("PINION_") || std::find(known.begin(), known.end(), name) != known.end())
      continue;
    if (const auto meant = did_you_mean(name, known); !meant.empty())
      result.push_back(std::string(name) + " is no setting" + meant);
  }
  return result;
}

} // namespace pinion::cli
