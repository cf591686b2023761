// What a server owes to clients and handlers that err, leave early or outlive it.
#include <doctest/doctest.h>

#include <malloc.h>

#include <optional>
#include <stdexcept>
#include <vector>

#include <pinion/pinion.hpp>

#include <support/hold.hpp>
#include <support/leaves_nothing.hpp>
#include <support/tcp_client.hpp>

#include "http_stage.hpp"

using namespace pinion;
using namespace pinion::test;
using namespace std::chrono_literals;

namespace {

double root_of(double x) {
  if (x < 0)
    throw std::domain_error("the root of a negative number");
  return x;
}
double positive(double x) {
  if (x <= 0)
    throw std::invalid_argument("a positive number is wanted");
  return x;
}
double broken(double) { throw std::runtime_error("broken"); }
array<double> many(std::int64_t count, context& run) { return run.make<double>({count}); }
// Writes to what it may only read.
double scribble(view<const double> a) {
  const_cast<double*>(a.data())[0] = 1;
  return 0;
}
std::int64_t length_of(std::string_view text) { return static_cast<std::int64_t>(text.size()); }
std::int64_t wait_long(context& run) {
  hold(run);
  return 1;
}

std::string put(const std::string& name, std::size_t size, const std::string& fields) {
  return "PUT /v1/arrays/" + name +
         " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + std::to_string(size) + "\r\n" + fields + "\r\n";
}

// A call with one argument and blanks to fill a body of this size.
std::string wide_call(const std::string& kernel, std::size_t size) {
  return call(kernel, "1" + std::string(size, ' '));
}

} // namespace

PINION_KERNELS(k) {
  k.add("manners.root_of", root_of);
  k.add("manners.positive", positive);
  k.add("manners.broken", broken);
  k.add("manners.many", many);
  k.add("manners.scribble", scribble);
  k.add("manners.length", length_of);
  k.add("manners.wait", wait_long);
}

TEST_CASE("an exchange may outlive its server and its node") {
  const leaves_nothing end;
  std::optional<http::exchange> kept;   // never answered
  std::optional<http::exchange> spoken; // in pieces
  {
    http::server_options how;
    how.limits.leave_time = 50ms;
    const served sut(with_workers(1), how, [&](http::server& door) {
      door.post("/keep", [&](caf::event_based_actor*, const http::exchange& request) { kept = request; });
      door.get("/speak", [&](caf::event_based_actor*, const http::exchange& request) {
        spoken = request;
        request.begin(http::text("begun"));
      });
    });
    tcp_client first(sut.port);
    first.say("POST /keep HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\nbody");
    tcp_client second(sut.port);
    second.say(get("/speak"));
    CHECK(second.hear_until("begun").size() > 5);
    REQUIRE(eventually([&] { return json_of(sut.ask(get("/v1/status"))).is_object() && kept.has_value(); }));
  }
  CHECK(kept->what().body == "body");
  kept->answer(http::text("late"));
  spoken->say("more");
  spoken->end();
  kept.reset();
  spoken.reset();
}

TEST_CASE("what a kernel throws says whose fault it is") {
  const leaves_nothing end;
  auto settings = with_workers(1);
  settings.store_limit = 8 << 20;
  const served sut(settings);
  const auto status = [&](const std::string& kernel, const std::string& arguments) {
    return json_of(sut.ask(call(kernel, arguments)))["status"].get<int>();
  };
  CHECK(status("manners.root_of", "-1") == 422);
  CHECK(status("manners.positive", "0") == 422);
  CHECK(status("manners.broken", "0") == 500);
  CHECK(status("manners.many", "2000000") == 507);
  const auto answer = json_of(sut.ask(call("manners.positive", "0")));
  CHECK(answer["code"] == "kernel_failed");
  CHECK(answer["exception"] == "std::invalid_argument");
  CHECK_FALSE(answer.contains("trace")); // what lies where in the program is not for clients
  const auto file =
      http::npy(any_view(nullptr, dtype::float64, c_order({1}), nullptr, false)).body + "12345678";
  const auto scribbled =
      json_of(sut.ask("POST /v1/kernels/manners.scribble HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
                      "application/x-npy\r\nContent-Length: " +
                      std::to_string(file.size()) + "\r\n\r\n" + file));
  CHECK(scribbled["status"] == 500);
  CHECK(scribbled["code"] == "read_only_array");
}

TEST_CASE("what a handler throws of a request is the client's to mend") {
  const leaves_nothing end;
  const served sut(with_workers(1), {}, [](http::server& door) {
    door.get("/late/{x}", [](caf::event_based_actor*, const http::exchange& request) {
      throw std::invalid_argument("'" + request.part("x") + "' is no number");
    });
    door.at_once("GET", "/now", [](const http::request&, const http::pairs&) -> http::response {
      throw std::domain_error("not today");
    });
  });
  CHECK(json_of(sut.ask(get("/late/abc")))["detail"] == "'abc' is no number");
  CHECK(status_of(sut.ask(get("/late/abc"))) == 422);
  CHECK(status_of(sut.ask(get("/now"))) == 422);
}

TEST_CASE("a call that waits keeps its arguments, and not the text that they came in") {
  const leaves_nothing end;
  served sut(with_workers(1));
  sut.where.pause();
  constexpr std::size_t count = 20;
  constexpr std::size_t size = 1'000'000;
  const auto before = ::mallinfo2();
  std::vector<tcp_client> all;
  for (std::size_t i = 0; i < count; ++i) {
    all.emplace_back(sut.port);
    all.back().say(wide_call("manners.positive", size));
  }
  REQUIRE(eventually([&] { return sut.where.status().queued == count; }));
  const auto now = ::mallinfo2();
  CHECK(now.uordblks + now.hblkhd < before.uordblks + before.hblkhd + count * size / 2);
  sut.where.resume();
  for (auto& each : all)
    CHECK(json_of(each.hear())["result"] == 1);
}

TEST_CASE("the texts that a call waits with count as the bodies they came in, and others do not") {
  const leaves_nothing end;
  http::server_options how;
  how.limits.body = 100'000;
  how.limits.bodies = 200'000;
  served sut(with_workers(1), how);
  sut.where.pause();
  const auto text = "\"" + std::string(90'000, 'x') + "\"";
  std::vector<tcp_client> all;
  const auto add = [&](const std::string& request) {
    all.emplace_back(sut.port);
    all.back().say(request);
    const auto queued = all.size();
    CHECK(eventually([&] { return sut.where.status().queued == queued; }));
  };
  for (int i = 0; i < 5; ++i)
    add(wide_call("manners.positive", 90'000));
  add(call("manners.length", text));
  add(call("manners.length", text));
  CHECK(status_of(sut.ask(call("manners.length", text))) == 503);
  sut.where.resume();
  for (auto& each : all)
    CHECK(status_of(each.hear()) == 200);
  CHECK(json_of(sut.ask(call("manners.length", text)))["result"] == 90'000);
}

TEST_CASE("an answer that comes after what a handler threw is not the next request's") {
  const leaves_nothing end;
  std::optional<http::exchange> kept;
  const served sut(with_workers(1), {}, [&](http::server& door) {
    door.get("/both", [&](caf::event_based_actor*, const http::exchange& request) {
      kept = request;
      throw std::invalid_argument("no");
    });
  });
  tcp_client client(sut.port);
  client.say(get("/both"));
  CHECK(status_of(client.hear()) == 422);
  const auto next = call("manners.positive", "1");
  client.say(next.substr(0, next.size() - 1)); // its body is not whole yet
  CHECK(status_of(sut.ask(get("/ping"))) == 200);
  kept->answer(http::text("stale"));
  CHECK(status_of(sut.ask(get("/ping"))) == 200);
  client.say(next.substr(next.size() - 1));
  CHECK(json_of(client.hear())["result"] == 1);
}

TEST_CASE("who has said all that it will is told the state of the node") {
  const leaves_nothing end;
  const served sut(with_workers(1));
  for (const auto* path : {"/v1/status", "/metrics"}) {
    tcp_client client(sut.port);
    client.say(get(path) + get("/ping"));
    client.end_sending();
    const auto heard = client.hear_all();
    CHECK(status_of(heard) == 200);
    CHECK(heard.find("pong") != std::string::npos);
  }
}

TEST_CASE("an array that is sent without its type is told so, however large it is") {
  const leaves_nothing end;
  const served sut(with_workers(1));
  tcp_client plain(sut.port);
  plain.say(put("a", 100'000'000, ""));
  const auto heard = plain.hear();
  CHECK(status_of(heard) == 415);
  CHECK(json_of(heard)["detail"].get<std::string>().find("Content-Type") != std::string::npos);
  tcp_client called(sut.port);
  called.say(
      "POST /v1/kernels/manners.root_of HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000000\r\n\r\n");
  CHECK(status_of(called.hear()) == 415);
  // Where the head is right, the size is what is wrong.
  tcp_client json(sut.port);
  json.say(
      "POST /v1/kernels/manners.root_of HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
      "Content-Length: 100000000\r\n\r\n");
  CHECK(status_of(json.hear()) == 413);
}

TEST_CASE("who waits to be told to go on is not, where the head alone decides") {
  const leaves_nothing end;
  http::server_options how;
  how.limits.names = 1;
  how.limits.array = 1000;
  const served sut(with_workers(1), how);
  const std::string npy = "Content-Type: application/x-npy\r\n";
  const auto file =
      http::npy(any_view(nullptr, dtype::float64, c_order({1}), nullptr, false)).body + "12345678";
  CHECK(status_of(sut.ask(put("one", file.size(), npy) + file)) == 201);
  for (const auto& [request, status] : {std::pair{put("a", 100, "Expect: 100-continue\r\n"), 415},
                                        {put("one", 100'000'000, npy + "Expect: 100-continue\r\n"), 413},
                                        {put("two", 100, npy + "Expect: 100-continue\r\n"), 507},
                                        {put("bad%20name", 100, npy + "Expect: 100-continue\r\n"), 422}}) {
    tcp_client client(sut.port);
    client.say(request);
    CHECK(status_of(client.hear()) == status);
  }
}

TEST_CASE("a body that is compressed is refused with what would do") {
  const leaves_nothing end;
  const served sut(with_workers(1));
  const auto heard = sut.ask(call("manners.positive", "1", "Content-Encoding: gzip\r\n"));
  CHECK(status_of(heard) == 415);
  CHECK(heard.find("Accept-Encoding: identity\r\n") != std::string::npos);
  CHECK(status_of(sut.ask(call("manners.positive", "1", "Content-Encoding: identity\r\n"))) == 200);
  CHECK(status_of(sut.ask(call("manners.positive", "1", "Content-Encoding: \r\n"))) == 200);
}

TEST_CASE("who asks what may be asked is told") {
  const leaves_nothing end;
  const served sut(with_workers(1));
  const auto heard = sut.ask("OPTIONS /v1/arrays/a HTTP/1.1\r\nHost: localhost\r\n\r\n");
  CHECK(status_of(heard) == 204);
  CHECK(heard.find("Allow: DELETE, GET, HEAD, OPTIONS, PUT\r\n") != std::string::npos);
  CHECK(status_of(sut.ask("OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n")) == 204);
  CHECK(status_of(sut.ask("OPTIONS /nowhere HTTP/1.1\r\nHost: localhost\r\n\r\n")) == 404);
}

TEST_CASE("without a token it is told what may be asked where that is open, and else nothing") {
  const leaves_nothing end;
  http::server_options how;
  how.token = "s3cret";
  const served sut(with_workers(1), how);
  const auto options = [&](const std::string& of) {
    return status_of(sut.ask("OPTIONS " + of + " HTTP/1.1\r\nHost: localhost\r\n\r\n"));
  };
  CHECK(options("/") == 204);
  CHECK(options("*") == 204);
  CHECK(options("/v1/status") == 401);
  CHECK(options("/nowhere") == 401);
  CHECK(status_of(sut.ask("PUT / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n")) == 401);
}

TEST_CASE("limits and tokens with which nobody could be served are refused") {
  const leaves_nothing end;
  node where(with_workers(1));
  http::server door(where);
  const auto refusal = [&](const std::function<void(http::server_options&)>& change) {
    http::server_options how;
    change(how);
    try {
      door.listen({"127.0.0.1", 0}, how);
    } catch (const std::system_error& why) {
      CHECK(why.code() == runtime_errc::bad_config);
      return std::string(why.what());
    }
    return std::string();
  };
  CHECK(refusal([](auto& how) { how.limits.connections = 0; }).find("connections = 0") != std::string::npos);
  CHECK(refusal([](auto& how) { how.limits.head = 10; }).find("say 256 or more") != std::string::npos);
  CHECK(refusal([](auto& how) { how.limits.idle_time = -1s; }).find("idle_time") != std::string::npos);
  CHECK(refusal([](auto& how) { how.limits.leave_time = -1ms; }).find("leave_time") != std::string::npos);
  for (const auto* each : {"a b", "t\xc3\xb6k", "a\r\nb", " "}) {
    CAPTURE(std::string(each));
    CHECK(refusal([&](auto& how) { how.token = each; }).find("a token is one word") != std::string::npos);
  }
  CHECK_THROWS_AS(door.get("/none", nullptr), std::system_error);
  CHECK_THROWS_AS(door.at_once("GET", "/none", nullptr), std::system_error);
  CHECK(refusal([](auto&) {}).empty()); // and then it listens
  CHECK(refusal([](auto&) {}).find("make another one") != std::string::npos);
}

TEST_CASE("a wrong token is told apart from none, and blanks before it do not count") {
  const leaves_nothing end;
  http::server_options how;
  how.token = "s3cret!";
  const served sut(with_workers(1), how);
  const auto ask = [&](const std::string& fields) { return sut.ask(get("/v1/status", fields)); };
  CHECK(ask("").find("WWW-Authenticate: Bearer\r\n") != std::string::npos);
  const auto wrong = ask("Authorization: Bearer other\r\n");
  CHECK(status_of(wrong) == 401);
  CHECK(wrong.find("WWW-Authenticate: Bearer error=\"invalid_token\"\r\n") != std::string::npos);
  CHECK(status_of(ask("Authorization: Bearers3cret!\r\n")) == 401);
  CHECK(status_of(ask("Authorization: Bearer\r\n")) == 401);
  CHECK(status_of(ask("Authorization: bearer   s3cret!\r\n")) == 200);
}

TEST_CASE("what is quoted of a request is quoted in short") {
  const leaves_nothing end;
  const served sut(with_workers(1));
  for (const auto& arguments : {"\"" + std::string(500'000, 'x') + "\"", std::string(500'000, '1')}) {
    const auto heard = sut.ask(call("sum", arguments));
    CHECK(status_of(heard) >= 400);
    CHECK(heard.size() < 3000);
  }
  CHECK(json_of(sut.ask(call("manners.positive", "1e400")))["detail"].get<std::string>().find(
            "json.exception") == std::string::npos);
}

TEST_CASE("a time in which nothing can be done is refused") {
  const leaves_nothing end;
  const served sut(with_workers(1));
  CHECK(status_of(sut.ask(call("manners.positive", "1", "Pinion-Timeout: 0s\r\n"))) == 400);
}

TEST_CASE("kernels that nobody is told of are not there") {
  const leaves_nothing end;
  const served sut(with_workers(1));
  CHECK(status_of(sut.ask(call("pinion.map.manners.positive", "1"))) == 404);
}

TEST_CASE("requests whose clients did not wait are counted as such") {
  const leaves_nothing end;
  const served sut(with_workers(1));
  {
    auto client = sut.begin(call("manners.wait", ""));
    client.hang_up();
  }
  const std::string line =
      "pinion_http_requests_total{method=\"POST\",route=\"/v1/kernels/{name}\",status=\"499\"} 1";
  CHECK(eventually([&] { return sut.ask(get("/metrics")).find(line) != std::string::npos; }));
}

TEST_CASE("megabytes may be said in one go to a client that reads") {
  const leaves_nothing end;
  const served sut(with_workers(1), {}, [](http::server& door) {
    door.get("/pieces/{count}/{size}", [](caf::event_based_actor*, const http::exchange& request) {
      request.begin(http::text(""));
      const std::string piece(std::stoul(request.part("size")), 'x');
      for (auto left = std::stoi(request.part("count")); left > 0; --left)
        request.say(piece);
      request.end();
    });
  });
  for (const auto& [count, size] : {std::pair{200, 50'000}, {20, 1'000'000}, {5, 4'000'000}}) {
    tcp_client client(sut.port);
    client.say(get("/pieces/" + std::to_string(count) + "/" + std::to_string(size), "Connection: close\r\n"));
    CHECK(unchunked(client.hear_all()).size() ==
          static_cast<std::size_t>(count) * static_cast<std::size_t>(size));
  }
}
