#include <pinion/runtime/http/openapi.hpp>

#include <algorithm>
#include <initializer_list>
#include <map>
#include <set>
#include <string>
#include <utility>

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

object schema_of(std::initializer_list<std::pair<const char*, object>> members) {
  object properties;
  auto required = object::array();
  for (const auto& [name, what] : members) {
    properties[name] = what;
    required.push_back(name);
  }
  return {{"type", "object"}, {"required", std::move(required)}, {"properties", std::move(properties)}};
}

object a(const char* type) { return {{"type", type}}; }

// What several routes speak of.
object schemas() {
  auto call = schema_of({{"args", {{"type", "array"}, {"items", object::object()}}}});
  call["additionalProperties"] = false;
  auto result = schema_of({{"kernel", a("string")},
                           {"result", object::object()},
                           {"worker", a("integer")},
                           {"stamps", {{"type", "object"}, {"additionalProperties", a("integer")}}}});
  auto problem = schema_of(
      {{"type", a("string")}, {"title", a("string")}, {"status", a("integer")}, {"detail", a("string")}});
  problem["properties"]["code"] = {{"type", "string"},
                                   {"description", "Of a kernel's: a name of actor_errc"}};
  problem["properties"]["exception"] = {{"type", "string"},
                                        {"description", "The type of what a kernel threw"}};
  problem["properties"]["causes"] = {{"type", "array"}, {"items", a("string")}};
  return {{"call", std::move(call)}, {"result", std::move(result)}, {"problem", std::move(problem)}};
}

object ref(const char* name) { return {{"schema", {{"$ref", std::string("#/components/schemas/") + name}}}}; }

object answers_of(const route& what) {
  object result;
  for (const auto each : what.about.done) {
    auto& done = result[std::to_string(each)] = {{"description", reason(each)}};
    if (may_have_body(each) && !what.about.gives.empty())
      done["content"] = contents(what.about.gives);
  }
  const object why = {{"application/problem+json", ref("problem")}};
  result["503"] = {{"description", "Too much to do, or the node ends"},
                   {"headers", {{"Retry-After", {{"description", "seconds"}, {"schema", a("integer")}}}}},
                   {"content", why}};
  result["default"] = {{"description", "What went wrong, and what to do"}, {"content", why}};
  return result;
}

// "post_v1_kernels_name", which none of the others has.
std::string id_of(const std::string& method, const std::string& pattern, std::set<std::string>& others) {
  auto result = method;
  for (const char c : pattern)
    if (c == '/')
      result += '_';
    else if (c != '{' && c != '}')
      result += c;
  const auto spelled = result;
  for (int i = 2; !others.insert(result).second; ++i)
    result = spelled + "_" + std::to_string(i);
  return result;
}

bool brings_body(const std::string& method) {
  return method == "POST" || method == "PUT" || method == "PATCH";
}

} // namespace

std::string openapi(const router& routes, bool with_token) {
  object paths;
  std::map<std::string, std::string> named; // each path's shape, as it was spelled first
  std::set<std::string> ids;
  for (const auto& each : routes.routes()) {
    if (!is_told(each.method))
      continue;
    const auto& pattern = named.emplace(shape_of(each.pattern), each.pattern).first->second;
    auto method = each.method;
    std::transform(method.begin(), method.end(), method.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    object what{{"summary", each.about.line}, {"operationId", id_of(method, each.pattern, ids)}};
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
    else if (brings_body(each.method))
      what["requestBody"] = {{"content", contents({"*/*"})}};
    what["responses"] = answers_of(each);
    if (calls) {
      what["requestBody"]["content"]["application/json"] = ref("call");
      what["responses"]["200"]["content"]["application/json"] = ref("result");
    }
    paths[pattern][method] = std::move(what);
  }
  object all{
      {"openapi", "3.1.0"}, {"info", {{"title", "pinion"}, {"version", "1"}}}, {"paths", std::move(paths)}};
  all["components"]["schemas"] = schemas();
  if (with_token) {
    all["components"]["securitySchemes"]["token"] = {{"type", "http"}, {"scheme", "bearer"}};
    all["security"] = object::array({{{"token", object::array()}}});
  }
  return all.dump(2) + "\n";
}

} // namespace pinion::http
