#include <pinion/runtime/http/openapi.hpp>

#include <algorithm>

#include <nlohmann/json.hpp>

namespace pinion::http {

namespace {

using object = nlohmann::ordered_json;

object parts_of(const std::string& pattern) {
  auto result = object::array();
  for (auto at = pattern.find('{'); at != std::string::npos; at = pattern.find('{', at + 1)) {
    const auto name = pattern.substr(at + 1, pattern.find('}', at) - at - 1);
    result.push_back({{"name", name}, {"in", "path"}, {"required", true}, {"schema", {{"type", "string"}}}});
  }
  return result;
}

object contents(const std::vector<std::string>& types) {
  object result;
  for (const auto& each : types)
    result[each] = object::object();
  return result;
}

} // namespace

std::string openapi(const router& routes) {
  object paths;
  for (const auto& each : routes.routes()) {
    auto method = each.method;
    std::transform(method.begin(), method.end(), method.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    object what{{"summary", each.about.line}};
    if (auto parts = parts_of(each.pattern); !parts.empty())
      what["parameters"] = std::move(parts);
    if (!each.about.takes.empty())
      what["requestBody"] = {{"required", true}, {"content", contents(each.about.takes)}};
    object done{{"description", "What was asked for"}};
    if (!each.about.gives.empty())
      done["content"] = contents(each.about.gives);
    what["responses"] = {{"2XX", std::move(done)},
                         {"default",
                          {{"description", "What went wrong, and what to do"},
                           {"content", {{"application/problem+json", {{"schema", {{"type", "object"}}}}}}}}}};
    paths[each.pattern][method] = std::move(what);
  }
  return object{{"openapi", "3.1.0"},
                {"info", {{"title", "pinion"}, {"version", "1"}}},
                {"paths", std::move(paths)}}
             .dump(2) +
         "\n";
}

} // namespace pinion::http
