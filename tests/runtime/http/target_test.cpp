#include <doctest/doctest.h>

#include <pinion/runtime/http/target.hpp>

using namespace pinion::http;

namespace {

struct parts {
  bool good = false;
  std::string path;
  pairs query;
};

parts split(std::string_view target) {
  parts result;
  result.good = split_target(target, result.path, result.query);
  return result;
}

} // namespace

TEST_CASE("a target is a path and a query, both decoded") {
  const auto plain = split("/v1/arrays/a%20b?order=C&x=1+2&flag&y=%3D&&z=a=b");
  REQUIRE(plain.good);
  CHECK(plain.path == "/v1/arrays/a b");
  CHECK(plain.query == pairs{{"order", "C"}, {"x", "1 2"}, {"flag", ""}, {"y", "="}, {"z", "a=b"}});
  CHECK(split("/a+b").path == "/a+b");
  CHECK(split("/?").query.empty());
}

TEST_CASE("a proxy's form of a target names a server, which is passed over") {
  CHECK(split("http://example.org:80/ping?a=1").path == "/ping");
  CHECK(split("http://example.org").path == "/");
  CHECK(split("http://example.org?a=1").query == pairs{{"a", "1"}});
}

TEST_CASE("the path of a target as it stands there") {
  CHECK(raw_path("/a%2Fb?c=/d") == "/a%2Fb");
  CHECK(raw_path("http://example.org/a%20b") == "/a%20b");
  CHECK(raw_path("http://example.org?a") == "/");
}

TEST_CASE("what is no target is refused") {
  for (const auto* each : {"", "ping", "*", "/%", "/%4", "/%zz", "/%00", "/a?b=%", "/a#b", "ftp://x/y"}) {
    CAPTURE(each);
    CHECK_FALSE(split(each).good);
  }
}
