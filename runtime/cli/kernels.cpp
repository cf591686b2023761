// `pinion kernels`: what can be called.
#include <optional>

#include <pinion/actors/kernel_registry.hpp>
#include <pinion/runtime/cli/listing.hpp>
#include <pinion/runtime/cli/output.hpp>
#include <pinion/runtime/cli/usage_error.hpp>
#include <pinion/runtime/cli/verb.hpp>
#include <pinion/runtime/client.hpp>
#include <pinion/runtime/json_value.hpp>
#include <pinion/runtime/plugin.hpp>
#include <pinion/runtime/status_json.hpp>

namespace pinion::cli {
namespace {

struct kernels_request {
  std::optional<std::string> node;
  bool json = false;
  std::shared_ptr<const config_flags> flags;
};

// What a node with this configuration would offer; none is started.
nlohmann::ordered_json own_kernels(const config& settings) {
  if (settings.default_kernels)
    load_plugin(default_plugin);
  for (const auto& plugin : settings.load)
    load_plugin(plugin);
  return nlohmann::ordered_json::parse(kernels_json(kernel_registry::from_registered()));
}

nlohmann::ordered_json kernels_of(const std::string& node, const config& settings) {
  return nlohmann::ordered_json::parse(client(settings, node).kernels_json());
}

int list_kernels(const kernels_request& asked) {
  const auto settings = asked.flags->load().value();
  const auto kernels = asked.node ? kernels_of(*asked.node, settings) : own_kernels(settings);
  print(asked.json ? json_text(kernels) : kernels_text(kernels));
  return done;
}

} // namespace

verb add_kernels(CLI::App& program, const common_flags& common) {
  auto* command = program.add_subcommand("kernels", "List the kernels that can be called");
  command->footer("Examples:\n  pinion kernels\n  pinion kernels --load ./libmine.so\n  pinion kernels "
                  "--node lab --json");
  const auto asked = std::make_shared<kernels_request>();
  command->add_option("--node", asked->node, "Ask this running node")->type_name("NAME");
  command->add_flag("--json", asked->json, "Print JSON");
  asked->flags = std::make_shared<config_flags>(*command, config_flags::scope::list, common);
  return {command, asked->flags, [asked] { return list_kernels(*asked); }};
}

} // namespace pinion::cli
