#include <pinion/runtime/status_json.hpp>

#include <nlohmann/json.hpp>

namespace pinion {

namespace {

nlohmann::ordered_json described(const parameter& what) {
  nlohmann::ordered_json result;
  switch (what.what) {
  case parameter::kind::scalar:
    result = {{"kind", "scalar"}, {"type", name_of(what.type)}};
    break;
  case parameter::kind::string:
    result = {{"kind", "string"}};
    break;
  case parameter::kind::array:
    result = {{"kind", "array"}, {"type", name_of(what.type)}, {"writable", what.writable}};
    if (what.shared)
      result["shared"] = true;
    break;
  case parameter::kind::guarded:
    result = {{"kind", "guarded"}, {"type", name_of(what.type)}};
    break;
  case parameter::kind::record:
    result = {{"kind", "record"}};
    break;
  case parameter::kind::any_array:
    result = {{"kind", "any_array"}};
    break;
  }
  if (what.rank)
    result["rank"] = *what.rank;
  return result;
}

} // namespace

std::string status_json(const std::string& node, pid_t pid, const dispatcher_status& now,
                        std::span<const actor_status> actors) {
  auto hosted = nlohmann::ordered_json::array();
  for (const auto& each : actors)
    hosted.push_back({{"name", each.name},
                      {"behavior", each.behavior},
                      {"state", name_of(each.now)},
                      {"pid", each.pid},
                      {"life", each.life},
                      {"processors", each.processors},
                      {"waiting", each.waiting},
                      {"handled", each.handled},
                      {"failed", each.failed},
                      {"cause", each.cause}});
  auto workers = nlohmann::ordered_json::array();
  for (const auto& each : now.workers)
    workers.push_back({{"slot", each.slot},
                       {"pid", each.pid},
                       {"state", name_of(each.now)},
                       {"duty", name_of(each.as)},
                       {"processors", each.processors},
                       {"tasks", each.tasks_done},
                       {"restarts", each.restarts},
                       {"running", each.running},
                       {"running_ms", static_cast<double>(each.for_ns) / 1e6}});
  const nlohmann::ordered_json result{{"node", node},
                                      {"pid", pid},
                                      {"phase", name_of(now.phase)},
                                      {"workers", workers},
                                      {"queued", now.queued},
                                      {"waiting", now.waiting},
                                      {"sent", now.sent},
                                      {"done", now.done},
                                      {"failed", now.failed},
                                      {"expired", now.expired},
                                      {"withdrawn", now.withdrawn},
                                      {"refused", now.refused},
                                      {"shed", now.shed},
                                      {"recycled", now.recycled},
                                      {"actors", hosted}};
  return result.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

std::string kernels_json(const kernel_registry& kernels) {
  auto result = nlohmann::ordered_json::array();
  for (const auto& each : kernels.kernels()) {
    if (each.builtin())
      continue;
    auto parameters = nlohmann::ordered_json::array();
    for (const auto& one : each.sig.parameters)
      parameters.push_back(described(one));
    result.push_back({{"name", each.name},
                      {"signature", each.to_string()},
                      {"doc", each.doc},
                      {"idempotent", each.traits.idempotent},
                      {"parameters", std::move(parameters)},
                      {"result", each.sig.result ? described(*each.sig.result) : nlohmann::ordered_json()}});
  }
  return result.dump();
}

} // namespace pinion
