// `pinion shm doctor`: is this machine fit for pinion?
#include <algorithm>

#include <pinion/runtime/cli/output.hpp>
#include <pinion/runtime/cli/shm_text.hpp>
#include <pinion/runtime/cli/shm_verbs.hpp>
#include <pinion/runtime/cli/usage_error.hpp>
#include <pinion/runtime/health_check.hpp>
#include <pinion/runtime/json_value.hpp>
#include <pinion/runtime/table.hpp>

namespace pinion::cli {
namespace {

using json = nlohmann::ordered_json;

struct doctor_request {
  bool json = false;
  std::shared_ptr<const config_flags> flags;
};

std::size_t count(const std::vector<finding>& found, finding::level how) {
  return static_cast<std::size_t>(
      std::count_if(found.begin(), found.end(), [&](const finding& each) { return each.how == how; }));
}

std::string text_of(const std::vector<finding>& found) {
  table lines({{"check"}, {"state"}, {"what is so"}});
  for (const auto& each : found) {
    lines.add({each.check, name_of(each.how), each.says});
    if (!each.advice.empty())
      lines.add({"", "", "-> " + each.advice});
  }
  return lines.text() + counted(count(found, finding::level::problem), "problem") + ", " +
         counted(count(found, finding::level::warning), "warning") + "\n";
}

json json_of(const std::vector<finding>& found) {
  auto checks = json::array();
  for (const auto& each : found)
    checks.push_back(
        {{"check", each.check}, {"state", name_of(each.how)}, {"says", each.says}, {"advice", each.advice}});
  return {{"problems", count(found, finding::level::problem)},
          {"warnings", count(found, finding::level::warning)},
          {"checks", std::move(checks)}};
}

int examine(const doctor_request& asked) {
  const auto found = check_health(asked.flags->load().value());
  print(asked.json ? json_text(json_of(found)) : text_of(found));
  return count(found, finding::level::problem) > 0 ? failed : done;
}

} // namespace

verb add_shm_doctor(CLI::App& shm, const common_flags& common) {
  auto* command =
      shm.add_subcommand("doctor", "Check whether this machine is fit for pinion, and what to do");
  command->footer(
      "Examples:\n  pinion shm doctor\n  pinion shm doctor --store-limit 4GiB --workers 8\n  pinion shm "
      "doctor --json\n\n"
      "Nothing is changed. Exit code 1 when there is a problem, 0 with warnings alone. docs/doctor.md tells\n"
      "what each check means.");
  const auto asked = std::make_shared<doctor_request>();
  command->add_flag("--json", asked->json, "Print JSON");
  asked->flags = std::make_shared<config_flags>(*command, config_flags::scope::own, common);
  return {command, asked->flags, [asked] { return examine(*asked); }};
}

} // namespace pinion::cli
