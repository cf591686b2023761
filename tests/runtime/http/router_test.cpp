#include <doctest/doctest.h>

#include <system_error>

#include <pinion/runtime/error.hpp>
#include <pinion/runtime/http/router.hpp>

using namespace pinion::http;

namespace {

route at(std::string method, std::string pattern) {
  return {std::move(method), std::move(pattern), {}, quick_handler([](const request&, const pairs&) {
            return text("");
          })};
}

router some_routes() {
  router result;
  result.add(at("GET", "/ping"));
  result.add(at("GET", "/v1/arrays/{name}"));
  result.add(at("PUT", "/v1/arrays/{name}"));
  result.add(at("GET", "/v1/arrays/all"));
  result.add(at("POST", "/v1/{what}/all"));
  return result;
}

} // namespace

TEST_CASE("a path finds its route, and what stands at the parts in braces") {
  const auto sut = some_routes();
  CHECK(sut.find("GET", "/ping").found->pattern == "/ping");
  const auto array = sut.find("PUT", "/v1/arrays/a b");
  REQUIRE(array.found != nullptr);
  CHECK(array.parts == pairs{{"name", "a b"}});
}

TEST_CASE("a part that is spelled out goes before one in braces") {
  const auto sut = some_routes();
  CHECK(sut.find("GET", "/v1/arrays/all").found->pattern == "/v1/arrays/all");
  CHECK(sut.find("GET", "/v1/arrays/other").found->pattern == "/v1/arrays/{name}");
}

TEST_CASE("a slash that is encoded is within its part") {
  const auto sut = some_routes();
  CHECK(sut.find("GET", "/v1%2Farrays/a").found == nullptr);
  CHECK(sut.find("GET", "/pin%67").found == sut.find("GET", "/ping").found);
  const auto found = sut.find("GET", "/v1/arrays/a%2Fb%20c");
  REQUIRE(found.found != nullptr);
  CHECK(found.parts.front().second == "a/b c");
}

TEST_CASE("HEAD has a route of its own where there is one") {
  auto sut = some_routes();
  sut.add(at("HEAD", "/ping"));
  CHECK(sut.find("HEAD", "/ping").found->method == "HEAD");
  sut.add(at("HEAD", "/v1/arrays/{name}"));
  CHECK(sut.find("HEAD", "/v1/arrays/a").found->method == "HEAD");
}

TEST_CASE("of routes that fit as well the first is taken, also by HEAD") {
  router sut;
  sut.add(at("GET", "/{a}/x"));
  sut.add(at("GET", "/y/{b}"));
  CHECK(sut.find("GET", "/y/x").found->pattern == "/{a}/x");
  CHECK(sut.find("HEAD", "/y/x").found->pattern == "/{a}/x");
  sut.add(at("HEAD", "/y/{b}"));
  CHECK(sut.find("HEAD", "/y/x").found->method == "HEAD");
}

TEST_CASE("HEAD is answered where GET is") {
  CHECK(some_routes().find("HEAD", "/ping").found != nullptr);
  CHECK(some_routes().find("HEAD", "/v1/x/all").found == nullptr);
}

TEST_CASE("a path without that method says which there are, an unknown path nothing") {
  const auto sut = some_routes();
  const auto other = sut.find("DELETE", "/v1/arrays/all");
  CHECK(other.found == nullptr);
  CHECK(other.allowed == "GET, HEAD, OPTIONS, POST, PUT");
  for (const auto* each : {"/", "/pin", "/ping/", "/v1/arrays/", "/v1/arrays/a/b", "//ping"}) {
    CAPTURE(each);
    CHECK(sut.find("GET", each).found == nullptr);
    CHECK(sut.find("GET", each).allowed.empty());
  }
}

TEST_CASE("a pattern that is none, and one that is there already, are refused") {
  auto sut = some_routes();
  for (const auto* each : {"", "ping", "/a?b", "/a b", "/a/{}", "/a/{b", "/a/b}", "/a/x{b}", "/a/{b}/{b}",
                           "/a/{b{c}}", "/a%20b"}) {
    CAPTURE(each);
    CHECK_THROWS_AS(sut.add(at("GET", each)), std::system_error);
  }
  for (const auto* each : {"", "get", "G T"})
    CHECK_THROWS_AS(sut.add(at(each, "/a")), std::system_error);
  CHECK_THROWS_AS(sut.add(at("GET", "/ping")), std::system_error);
  CHECK_NOTHROW(sut.add(at("POST", "/ping")));
  CHECK_NOTHROW(sut.add(at("DELETE", "/v1/arrays/{other}")));
  try {
    sut.add(at("GET", "/v1/arrays/{other}"));
    FAIL("it is the same route");
  } catch (const std::system_error& why) {
    CHECK(why.code() == pinion::runtime_errc::name_taken);
    CHECK(std::string(why.what()).find("as /v1/arrays/{name}") != std::string::npos);
  }
}
