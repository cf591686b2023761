#include <pinion/runtime/http/node_facts.hpp>

#include <unistd.h>

#include <pinion/runtime/http/described.hpp>
#include <pinion/runtime/node.hpp>
#include <pinion/runtime/status_json.hpp>

namespace pinion::http {

node_facts facts_of(node& whose, const named_arrays& names, const dispatcher_status& pool,
                    std::size_t connections) {
  return {whose.name(), ::getpid(), pool, whose.actors(), whose.memory_now(), names.list(), connections};
}

std::string facts_json(const node_facts& what) {
  auto all = nlohmann::ordered_json::parse(status_json(what.name, what.pid, what.pool, what.actors));
  const auto& memory = what.memory;
  all["shm"] = {{"limit", memory.limit},
                {"taken", memory.taken},
                {"reserved", memory.arrays.reserved},
                {"used", memory.arrays.used},
                {"segments", memory.arrays.segments},
                {"blocks", memory.arrays.blocks}};
  auto& arrays = all["arrays"] = nlohmann::ordered_json::array();
  for (const auto& each : what.arrays)
    arrays.push_back(described(each));
  all["http"] = {{"connections", what.connections}};
  return all.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

} // namespace pinion::http
