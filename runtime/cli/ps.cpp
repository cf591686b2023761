// `pinion ps`: which nodes of this user run, and what their workers do.
#include <optional>

#include <pinion/runtime/cli/listing.hpp>
#include <pinion/runtime/cli/output.hpp>
#include <pinion/runtime/cli/usage_error.hpp>
#include <pinion/runtime/cli/verb.hpp>
#include <pinion/runtime/client.hpp>
#include <pinion/runtime/json_value.hpp>

namespace pinion::cli {
namespace {

struct ps_request {
  std::optional<std::string> node;
  bool json = false;
  std::shared_ptr<const config_flags> flags;
};

nlohmann::ordered_json status_of(const config& settings, const std::string& name) {
  return nlohmann::ordered_json::parse(client(settings, name).status_json());
}

int list(const ps_request& asked) {
  const auto settings = asked.flags->load().value();
  auto nodes = nlohmann::ordered_json::array();
  int result = done;
  if (asked.node)
    nodes.push_back(status_of(settings, *asked.node));
  else
    for (const auto& name : list_nodes(settings))
      try {
        nodes.push_back(status_of(settings, name));
      } catch (const std::system_error& problem) {
        // One node that ends just now, or does not answer, hides no other.
        complain(problem.what());
        result = failed;
      }
  if (asked.json) {
    print(json_text(nodes));
    return result;
  }
  std::string text;
  for (const auto& node : nodes)
    text += (text.empty() ? "" : "\n") + node_text(node);
  print(text);
  if (nodes.empty() && result == done)
    remark("no node of yours is running; start one with `pinion node --name lab`\n");
  return result;
}

} // namespace

verb add_ps(CLI::App& program, const common_flags& common) {
  auto* command = program.add_subcommand("ps", "List your running nodes and their workers");
  command->footer("Examples:\n  pinion ps\n  pinion ps --node lab --json");
  const auto asked = std::make_shared<ps_request>();
  command->add_option("--node", asked->node, "Only this node")->type_name("NAME");
  command->add_flag("--json", asked->json, "Print JSON");
  asked->flags = std::make_shared<config_flags>(*command, config_flags::scope::lookup, common);
  return {command, asked->flags, [asked] { return list(*asked); }};
}

} // namespace pinion::cli
