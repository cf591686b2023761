#include <utility>

#include <pinion/runtime/scenario/node_config.hpp>

namespace pinion::scenario {

config node_config(config settings, const script& what) {
  if (what.node.workers)
    settings.workers = *what.node.workers;
  if (what.node.store_limit)
    settings.store_limit = *what.node.store_limit;
  if (what.node.grace)
    settings.grace = *what.node.grace;
  for (const auto& plugin : what.node.load) {
    const bool is_path = plugin.find('/') != std::string::npos;
    settings.load.push_back(is_path ? std::filesystem::absolute(what.file.parent_path() / plugin).string()
                                    : plugin);
  }
  return settings;
}

} // namespace pinion::scenario
