#include <pinion/runtime/cli/usage_text.hpp>

#include <algorithm>
#include <string_view>
#include <vector>

#include <pinion/runtime/suggestion.hpp>

namespace pinion::cli {
namespace {

std::string read_on(const CLI::App& command) { return "; see `" + path_to(command) + " --help`"; }

std::vector<std::string> flags_of(const CLI::App& command) {
  std::vector<std::string> flags;
  for (const auto* option : command.get_options())
    for (const auto& name : option->get_lnames())
      flags.push_back("--" + name);
  return flags;
}

std::vector<std::string> verbs_of(const CLI::App& program) {
  std::vector<std::string> verbs;
  for (const auto* command : program.get_subcommands([](const CLI::App*) { return true; }))
    verbs.push_back(command->get_name());
  return verbs;
}

std::string unexpected(const CLI::App& command, const std::vector<std::string>& words) {
  // Of several, the flag tells more: words behind an unknown flag are its values.
  const auto flag =
      std::find_if(words.begin(), words.end(), [](const auto& word) { return word.starts_with('-'); });
  if (takes_verbs(command) && !words.front().starts_with('-'))
    return "there is no verb `" + words.front() + "`" + did_you_mean(words.front(), verbs_of(command));
  if (flag == words.end())
    return "unexpected argument `" + words.front() + "`";
  const auto name = flag->substr(0, flag->find('='));
  const auto known = flags_of(command);
  if (std::find(known.begin(), known.end(), name) != known.end())
    return "the option `" + name + "` belongs behind `" + path_to(command) + "`";
  return "there is no option `" + name + "`" + did_you_mean(name, known);
}

} // namespace

const CLI::App& given_command(const CLI::App& program) {
  const auto given = program.get_subcommands();
  return given.empty() ? program : given_command(*given.front());
}

bool takes_verbs(const CLI::App& command) {
  return !command.get_subcommands([](const CLI::App*) { return true; }).empty();
}

std::string path_to(const CLI::App& command) {
  const auto* outer = command.get_parent();
  return (outer == nullptr ? "" : path_to(*outer) + " ") + command.get_name();
}

std::string usage_text(const CLI::App& program, const CLI::ParseError& problem) {
  const auto& command = given_command(program);
  if (dynamic_cast<const CLI::ExtrasError*>(&problem) != nullptr) {
    const auto words = program.remaining(true);
    if (!words.empty())
      return unexpected(command, words) + read_on(command);
  }
  std::string text = problem.what();
  // CLI11: "--workers: 1 required N missing".
  if (dynamic_cast<const CLI::ArgumentMismatch*>(&problem) != nullptr &&
      text.find(" required ") != std::string::npos)
    text = text.substr(0, text.find(':')) + ": a value must follow";
  return text + read_on(command);
}

} // namespace pinion::cli
