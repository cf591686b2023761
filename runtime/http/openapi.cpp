#include <pinion/runtime/http/openapi.hpp>

#include <algorithm>
#include <map>

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

// OpenAPI has no others.
bool is_told(const std::string& method) {
  for (const auto* each : {"GET", "PUT", "POST", "DELETE", "OPTIONS", "HEAD", "PATCH", "TRACE"})
    if (method == each)
      return true;
  return false;
}

// "/mean/{}": patterns that differ in the names of their parts alone are one path.
std::string shape_of(const std::string& pattern) {
  std::string result;
  bool inside = false;
  for (const char c : pattern) {
    inside = inside && c != '}';
    if (!inside)
      result += c;
    inside = inside || c == '{';
  }
  return result;
}

object a_field(const char* name, const char* about, const char* example) {
  return {{"name", name},
          {"in", "header"},
          {"description", about},
          {"schema", {{"type", "string"}}},
          {"example", example}};
}

object fields_of_calls() {
  auto result = object::array();
  result.push_back(
      {{"name", "arg"},
       {"in", "query"},
       {"description", "Beside an array in the body: the kernel's further arguments, in their order"},
       {"schema", {{"type", "array"}, {"items", {{"type", "string"}}}}},
       {"explode", true}});
  result.push_back(a_field("Pinion-Timeout", "The time from the request's arrival to its answer", "500ms"));
  result.push_back(a_field("Priority", "RFC 9218: u=0 the most urgent, u=7 the least", "u=3"));
  return result;
}

object call_schema() {
  return {{"type", "object"},
          {"required", {"args"}},
          {"properties", {{"args", {{"type", "array"}, {"items", object::object()}}}}},
          {"additionalProperties", false}};
}

} // namespace

std::string openapi(const router& routes, bool with_token) {
  object paths;
  std::map<std::string, std::string> named; // each path's shape, as it was spelled first
  for (const auto& each : routes.routes()) {
    if (!is_told(each.method))
      continue;
    const auto& pattern = named.emplace(shape_of(each.pattern), each.pattern).first->second;
    auto method = each.method;
    std::transform(method.begin(), method.end(), method.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    object what{{"summary", each.about.line}};
    auto parameters = parts_of(pattern);
    const bool calls = each.pattern == "/v1/kernels/{name}";
    if (calls)
      for (auto& more : fields_of_calls())
        parameters.push_back(std::move(more));
    if (!parameters.empty())
      what["parameters"] = std::move(parameters);
    if (with_token && each.open)
      what["security"] = object::array();
    if (!each.about.takes.empty())
      what["requestBody"] = {{"required", true}, {"content", contents(each.about.takes)}};
    if (calls)
      what["requestBody"]["content"]["application/json"] = {{"schema", call_schema()}};
    object done{{"description", "What was asked for"}};
    if (!each.about.gives.empty())
      done["content"] = contents(each.about.gives);
    what["responses"] = {{"2XX", std::move(done)},
                         {"default",
                          {{"description", "What went wrong, and what to do"},
                           {"content", {{"application/problem+json", {{"schema", {{"type", "object"}}}}}}}}}};
    paths[pattern][method] = std::move(what);
  }
  object all{
      {"openapi", "3.1.0"}, {"info", {{"title", "pinion"}, {"version", "1"}}}, {"paths", std::move(paths)}};
  if (with_token) {
    all["components"]["securitySchemes"]["token"] = {{"type", "http"}, {"scheme", "bearer"}};
    all["security"] = object::array({{{"token", object::array()}}});
  }
  return all.dump(2) + "\n";
}

} // namespace pinion::http
