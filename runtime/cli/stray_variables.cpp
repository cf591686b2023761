#include <pinion/runtime/cli/stray_variables.hpp>

#include <algorithm>
#include <string_view>

#include <pinion/actors/nearest.hpp>
#include <pinion/runtime/config_option.hpp>

namespace pinion::cli {

std::vector<std::string> stray_variables(const char* const* variables) {
  // Compared without the prefix, which would make all of them alike.
  constexpr std::string_view prefix = "PINION_";
  std::vector<std::string> known{"CONFIG"};
  for (const auto& option : config_options())
    known.push_back(option.variable().substr(prefix.size()));
  std::vector<std::string> result;
  for (; variables != nullptr && *variables != nullptr; ++variables) {
    const std::string_view text(*variables);
    if (!text.starts_with(prefix))
      continue;
    const auto name = text.substr(prefix.size(), text.find('=') - prefix.size());
    if (std::find(known.begin(), known.end(), name) != known.end())
      continue;
    if (const auto meant = nearest_name(name, known))
      result.push_back(std::string(prefix) + std::string(name) + " is no setting (did you mean `" +
                       std::string(prefix) + *meant + "`?)");
  }
  return result;
}

} // namespace pinion::cli
