#include <pinion/runtime/http/openapi.hpp>

#include <set>
#include <string>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

using namespace pinion::http;

namespace {

route at(std::string method, std::string pattern, bool open = false) {
  route result{std::move(method),
               std::move(pattern),
               {"what it does", {"a/b"}, {"c/d"}, {200, 204}},
               quick_handler([](const request&, const pairs&) { return text(""); })};
  result.open = open;
  return result;
}

nlohmann::json told(const router& routes, bool token = false) {
  return nlohmann::json::parse(openapi(routes, token));
}

} // namespace

TEST_CASE("a route is told with its parts, its bodies and its answers") {
  router routes;
  routes.add(at("PUT", "/v1/{kind}/{name}"));
  const auto what = told(routes)["paths"]["/v1/{kind}/{name}"]["put"];
  CHECK(what["summary"] == "what it does");
  CHECK(what["parameters"][1]["name"] == "name");
  CHECK(what["parameters"][1]["required"] == true);
  CHECK(what["requestBody"]["content"].contains("a/b"));
  CHECK(what["responses"]["200"]["content"].contains("c/d"));
  CHECK_FALSE(what["responses"]["204"].contains("content"));
  CHECK(what["responses"]["default"]["content"].contains("application/problem+json"));
  CHECK(what["responses"]["503"]["headers"].contains("Retry-After"));
  CHECK(what["operationId"] == "put_v1_kind_name");
}

TEST_CASE(
    "paths that differ in the names of their parts alone are one, and methods of others' are left out") {
  router routes;
  routes.add(at("GET", "/mean/{a}"));
  routes.add(at("POST", "/mean/{b}"));
  routes.add(at("PROPFIND", "/mean/{a}"));
  const auto paths = told(routes)["paths"];
  CHECK(paths.size() == 1);
  CHECK(paths["/mean/{a}"].size() == 2);
  CHECK(paths["/mean/{a}"]["post"]["parameters"][0]["name"] == "a");
}

TEST_CASE("no two operations have one name") {
  router routes;
  for (const auto* each : {"/s/a", "/s/{a}", "/s_a", "/s_a_2"})
    routes.add(at("GET", each));
  const auto all = told(routes);
  std::set<std::string> names;
  for (const auto& each : all["paths"])
    names.insert(each["get"]["operationId"].get<std::string>());
  CHECK(names.size() == 4);
  CHECK(names.count("get_s_a") == 1);
}

TEST_CASE("a token that is needed is told, and which routes do without") {
  router routes;
  routes.add(at("GET", "/", true));
  routes.add(at("GET", "/ping"));
  CHECK_FALSE(told(routes).contains("security"));
  const auto all = told(routes, true);
  CHECK(all["components"]["securitySchemes"]["token"]["scheme"] == "bearer");
  CHECK(all["security"][0].contains("token"));
  CHECK(all["paths"]["/"]["get"]["security"].empty());
  CHECK_FALSE(all["paths"]["/ping"]["get"].contains("security"));
}

TEST_CASE("what takes a body of any type says so") {
  router routes;
  routes.add({"POST", "/any", {"what it does"}, quick_handler([](const request&, const pairs&) {
                return text("");
              })});
  CHECK(told(routes)["paths"]["/any"]["post"]["requestBody"]["content"].contains("*/*"));
}

TEST_CASE("a call of a kernel is told with what may be said of it") {
  router routes;
  routes.add(at("POST", "/v1/kernels/{name}"));
  const auto what = told(routes)["paths"]["/v1/kernels/{name}"]["post"];
  std::string names;
  for (const auto& each : what["parameters"])
    names += each["name"].get<std::string>() + " ";
  CHECK(names == "name arg Pinion-Timeout Priority ");
  const auto all = told(routes);
  const auto named = [&](const nlohmann::json& content) {
    const auto ref = content["application/json"]["schema"]["$ref"].get<std::string>();
    return all.at(nlohmann::json::json_pointer(ref.substr(1)));
  };
  CHECK(named(what["requestBody"]["content"])["required"][0] == "args");
  CHECK(named(what["responses"]["200"]["content"])["required"][1] == "result");
}
