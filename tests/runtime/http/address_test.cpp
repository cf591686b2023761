#include <doctest/doctest.h>

#include <system_error>
#include <utility>

#include <pinion/runtime/error.hpp>
#include <pinion/runtime/http/address.hpp>
#include <pinion/runtime/http/bearer.hpp>

#include <support/tcp_client.hpp>

using namespace pinion;
using namespace pinion::http;

namespace {

request with(std::string name, std::string value) {
  request result;
  result.fields.emplace_back(std::move(name), std::move(value));
  return result;
}

} // namespace

TEST_CASE("addresses are read as people write them, and written as they were") {
  for (const auto* each : {"127.0.0.1:8000", "localhost:0", "[::1]:65535"}) {
    CAPTURE(std::string(each));
    CHECK(address::parse(each).to_string() == each);
  }
  CHECK(address::parse("[::1]:80").host == "::1");
  CHECK(address::parse("*:80").host.empty());
}

TEST_CASE("a port alone is this machine's") {
  CHECK(address::parse(":80").to_string() == "127.0.0.1:80");
  CHECK(address::parse("80").to_string() == "127.0.0.1:80");
}

TEST_CASE("what is no address is refused with an example") {
  for (const auto* each : {"", ":", "localhost", "localhost:", "localhost:http", "localhost:65536", "a:-1",
                           "::1:80", "[localhost]:80", "a:1 "}) {
    CAPTURE(std::string(each));
    CHECK_THROWS_WITH_AS(address::parse(each), doctest::Contains("127.0.0.1:8000"), std::system_error);
  }
}

TEST_CASE("loopback is what only this machine reaches") {
  CHECK(address::parse("127.0.0.1:1").loopback());
  CHECK(address::parse("[::1]:1").loopback());
  CHECK(address::parse("localhost:1").loopback());
  CHECK_FALSE(address::parse("0.0.0.0:1").loopback());
  CHECK_FALSE(address::parse("*:1").loopback());
  CHECK_FALSE(address::parse("[::]:1").loopback());
}

TEST_CASE("two servers do not share an address, and the second is told so") {
  auto where = address::parse("127.0.0.1:0");
  const auto first = listen_at(where);
  CHECK(where.port != 0);
  auto same = where;
  try {
    const auto second = listen_at(same);
    FAIL("it listens");
  } catch (const std::system_error& why) {
    CHECK((why.code() == runtime_errc::name_taken));
    CHECK(std::string(why.what()).find(where.to_string()) != std::string::npos);
  }
}

TEST_CASE("the address of all that is IPv6 is that of all that is IPv4 as well") {
  auto where = address::parse("[::]:0");
  descriptor listener;
  try {
    listener = listen_at(where);
  } catch (const std::system_error& why) {
    MESSAGE("skipped: ", why.what());
    return;
  }
  CHECK_NOTHROW(pinion::test::tcp_client{where.port});
}

TEST_CASE("loopback is known however it is spelled") {
  for (const auto* each : {"LOCALHOST:0", "localhost:0", "127.0.0.2:0", "127.1:0"}) {
    CAPTURE(std::string(each));
    auto where = address::parse(each);
    const auto listener = listen_at(where);
    CHECK(where.loopback());
  }
  auto everywhere = address::parse("0.0.0.0:0");
  const auto listener = listen_at(everywhere);
  CHECK_FALSE(everywhere.loopback());
  CHECK(address{"::ffff:127.0.0.1", 1}.loopback());
}

TEST_CASE("a target that names a server goes before the field") {
  auto what = with("Host", "localhost");
  what.target = "HTTP://localhost:80/ping";
  CHECK(names_loopback(what));
  for (const auto* each : {"http://example.org/ping", "http:///ping", "https://example.org?a"}) {
    what.target = each;
    CHECK_FALSE(names_loopback(what));
  }
}

TEST_CASE("pages of this machine are its own, others are not") {
  CHECK(is_loopback_origin("http://localhost:3000"));
  CHECK(is_loopback_origin("https://127.0.0.1"));
  for (const auto* each :
       {"", "null", "http://example.org", "http://localhost.example.org", "ftp://localhost"}) {
    CAPTURE(std::string(each));
    CHECK_FALSE(is_loopback_origin(each));
  }
}

TEST_CASE("a host that is this machine's own") {
  for (const auto* each :
       {"localhost", "LOCALHOST:8000", "127.0.0.1", "127.0.0.1:8000", "127.1.2.3:1", "[::1]", "[::1]:80"}) {
    CAPTURE(std::string(each));
    CHECK(names_loopback(with("host", each)));
  }
  for (const auto* each : {"", "example.org", "localhost.example.org", "127.0.0.1.example.org",
                           "127.0.0.1.nip.io:8000", "::1", "10.0.0.1"}) {
    CAPTURE(std::string(each));
    CHECK_FALSE(names_loopback(with("Host", each)));
  }
}

TEST_CASE("a token is borne or not, whatever is like it") {
  CHECK(bearing_of({}, "") == bearing::right);
  CHECK(bearing_of({}, "secret") == bearing::none);
  for (const auto& [name, what] : {std::pair{"Authorization", "Bearer secret"},
                                   {"authorization", "bearer secret"},
                                   {"authorization", "Bearer  secret"}}) // 1*SP (RFC 9110, 11.4)
    CHECK(bearing_of(with(name, what), "secret") == bearing::right);
  for (const auto* each : {"", "secret", "Basic secret"}) {
    CAPTURE(std::string(each));
    CHECK(bearing_of(with("Authorization", each), "secret") == bearing::none);
  }
  for (const auto* each :
       {"Bearer", "Bearer ", "Bearer secre", "Bearer secret2", "Bearersecret", "Bearer SECRET"}) {
    CAPTURE(std::string(each));
    CHECK(bearing_of(with("Authorization", each), "secret") == bearing::wrong);
  }
}
