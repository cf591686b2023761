// `pinion shm ls`: which segments there are, and what lies in them.
#include <pinion/runtime/cli/output.hpp>
#include <pinion/runtime/cli/shm_survey.hpp>
#include <pinion/runtime/cli/shm_text.hpp>
#include <pinion/runtime/cli/shm_verbs.hpp>
#include <pinion/runtime/cli/usage_error.hpp>
#include <pinion/runtime/json_value.hpp>
#include <pinion/runtime/memory_json.hpp>

namespace pinion::cli {
namespace {

struct ls_request {
  std::size_t most = array_query{}.most;
  bool json = false;
  std::shared_ptr<const config_flags> flags;
};

int list(const ls_request& asked) {
  const auto settings = asked.flags->load().value();
  array_query which;
  which.most = asked.most;
  const auto all = survey(settings, which);
  print(asked.json ? json_text(all) : segments_text(all));
  // The list has what can be seen from outside all the same.
  int result = done;
  for (const auto& node : all["nodes"])
    if (!node["answers"].get<bool>()) {
      complain(node["why"].get<std::string>());
      result = failed;
    }
  return result;
}

} // namespace

verb add_shm_ls(CLI::App& shm, const common_flags& common) {
  auto* command = shm.add_subcommand("ls", "List your segments, the arrays in them, and who holds those");
  command->footer(
      "Examples:\n  pinion shm ls\n  pinion shm ls --arrays 1000\n  pinion shm ls --json\n\n"
      "Sizes: what a segment may take, and the memory that it does take (result arenas are large and\n"
      "sparse). Arrays are told of by the nodes that have them, those of programs too that `pinion ps` does\n"
      "not show.");
  const auto asked = std::make_shared<ls_request>();
  command->add_option("--arrays", asked->most, "At most so many arrays of each node, the largest (100)")
      ->type_name("N")
      ->check(CLI::Range(std::size_t{0}, most_told));
  command->add_flag("--json", asked->json, "Print JSON");
  asked->flags = std::make_shared<config_flags>(*command, config_flags::scope::lookup, common);
  return {command, asked->flags, [asked] { return list(*asked); }};
}

} // namespace pinion::cli
