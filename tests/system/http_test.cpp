// A node behind HTTP, with real sockets and real clients.
#include <doctest/doctest.h>

#include <atomic>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <thread>

#include <sys/stat.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include <pinion/pinion.hpp>
#include <pinion/runtime/http/server.hpp>

#include <support/hold.hpp>
#include <support/leaves_nothing.hpp>
#include <support/named_node.hpp>
#include <support/pool.hpp>
#include <support/tcp_client.hpp>

#include "http_stage.hpp"

using namespace pinion;
using namespace pinion::test;
using namespace std::chrono_literals;

namespace {

std::int64_t own_pid() { return ::getpid(); }
std::int64_t add(std::int64_t a, std::int64_t b) { return a + b; }
double half(double x) { return x / 2; }
std::string greet(std::string_view whom) { return "hello " + std::string(whom); }
void throw_text(std::string_view text) { throw std::runtime_error(std::string(text)); }
// Until it is told to stop.
std::int64_t wait_for_ever(context& run) {
  hold(run);
  return 1;
}
// Until a file is there.
std::int64_t wait_for_file(std::string_view path, context& run) {
  return hold_until(run, [file = std::string(path)] { return ::access(file.c_str(), F_OK) == 0; }) ? 1 : 0;
}

// No time that passes helps what stands still.
http::server_options patient() {
  http::server_options result;
  auto& limits = result.limits;
  limits.head_time = limits.body_time = limits.write_time = limits.idle_time = std::chrono::minutes{10};
  return result;
}

} // namespace

PINION_KERNELS(k) {
  k.add("http.pid", own_pid);
  k.add("http.add", add);
  k.add("http.half", half);
  k.add("http.greet", greet);
  k.add("http.throw", throw_text);
  k.add("http.wait_for_ever", wait_for_ever);
  k.add("http.wait_for_file", wait_for_file);
}

TEST_CASE("a kernel is called by HTTP, with numbers and texts") {
  const leaves_nothing end;
  const served sut;
  CHECK(json_of(sut.ask(call("http.add", "40, 2")))["result"] == 42);
  CHECK(json_of(sut.ask(call("http.half", "5")))["result"] == 2.5);
  CHECK(json_of(sut.ask(call("http.greet", "\"w\\u00f6rld\"")))["result"] == "hello wörld");
  const auto stamps = json_of(sut.ask(call("http.add", "1, 1")))["stamps"];
  CHECK(stamps["queued_ns"] <= stamps["started_ns"]);
  CHECK(stamps["started_ns"] <= stamps["replied_ns"]);
}

TEST_CASE("what is wrong with a call is said with a status, a code and what to do") {
  const leaves_nothing end;
  const served sut;
  struct wrong {
    std::string request;
    int status;
    std::string part; ///< of the detail
  };
  const std::string head = "POST /v1/kernels/http.add HTTP/1.1\r\nHost: localhost\r\n";
  const std::string json_type = "Content-Type: application/json\r\n";
  for (const auto& each : std::vector<wrong>{
           {call("http.ad", "1, 2"), 404, "http.add"},
           {call("http.add", "1"), 422, "http.add"},
           {call("http.add", "1, \"x\""), 422, "argument 2"},
           {call("http.add", "1, null"), 422, "argument 2"},
           {call("http.add", "1, [2]"), 422, "argument 2"},
           {call("http.throw", "\"no such file\""), 500, "no such file"},
           {head + json_type + "Content-Length: 3\r\n\r\n{\"a", 400, "JSON"},
           {head + json_type + "Content-Length: 2\r\n\r\n[]", 422, "args"},
           {head + json_type + "Content-Length: 21\r\n\r\n{\"args\": [], \"x\": 1 }", 422, "\"x\""},
           {head + json_type + "Content-Length: 0\r\n\r\n", 400, "args"},
           {head + "Content-Length: 2\r\n\r\n{}", 415, "application/json"},
           {head + "Content-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}", 415, "application/json"},
           {call("http.add", "1, 2", "Pinion-Timeout: soon\r\n"), 400, "Pinion-Timeout"},
           {call("http.wait_for_ever", "", "Pinion-Timeout: 50ms\r\n"), 504, "within"},
           {get("/v1/kernel"), 404, "openapi"},
           {get("/v1/kernels/http.add"), 405, "POST"},
           {"GET /ping HTTP/1.1\r\nHost: example.org\r\n\r\n", 421, "localhost"},
       }) {
    CAPTURE(each.request);
    const auto answer = sut.ask(each.request);
    CHECK(status_of(answer) == each.status);
    CHECK(answer.find("Content-Type: application/problem+json\r\n") != std::string::npos);
    const auto what = json_of(answer);
    CHECK(what["status"] == each.status);
    CHECK(what["detail"].get<std::string>().find(each.part) != std::string::npos);
  }
  CHECK(json_of(sut.ask(call("http.throw", "\"x\"")))["exception"] == "std::runtime_error");
  CHECK(json_of(sut.ask(call("http.ad", "1")))["code"] == "unknown_kernel");
}

TEST_CASE("the kernels, the state of the node and the routes are told") {
  const leaves_nothing end;
  const served sut;
  bool found = false;
  for (const auto& each : json_of(sut.ask(get("/v1/kernels"))))
    found = found || each["signature"] == "http.add(int64, int64) -> int64";
  CHECK(found);
  CHECK(json_of(sut.ask(get("/v1/status")))["workers"].size() == 2);
  const auto routes = json_of(sut.ask(get("/openapi.json")))["paths"];
  for (const auto& [path, methods] : routes.items())
    for (const auto& [method, about] : methods.items()) {
      CAPTURE(path);
      // Each of them is there: whatever it says, it is not that there is no such path.
      auto spelled = path;
      if (const auto open = spelled.find('{'); open != std::string::npos)
        spelled.replace(open, spelled.find('}') - open + 1, "http.add");
      std::string name = method;
      for (auto& c : name)
        c = static_cast<char>(std::toupper(c));
      const auto answer =
          sut.ask(name + " " + spelled + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n");
      CHECK(answer.find("openapi.json says what there is") == std::string::npos);
      CHECK(status_of(answer) != 0);
      CHECK(status_of(answer) != 405);
      if (method != "get" || path.find('{') != std::string::npos)
        continue;
      // And it answers as it says.
      const auto& said = about["responses"][std::to_string(status_of(answer))]["content"];
      CHECK(said.size() == 1);
      CHECK(answer.find("Content-Type: " + said.begin().key()) != std::string::npos);
    }
  CHECK(routes.contains("/v1/kernels/{name}"));
}

TEST_CASE("the loop answers while all workers compute") {
  const leaves_nothing end;
  const served sut;
  const auto a = sut.begin(call("http.wait_for_ever", ""), 1);
  const auto b = sut.begin(call("http.wait_for_ever", ""), 2);
  CHECK(body_of(sut.ask(get("/ping"))) == "pong\n");
}

TEST_CASE("a client that goes away takes its task along") {
  const leaves_nothing end;
  const served sut(with_workers(1));
  sut.begin(call("http.wait_for_ever", "")).hang_up();
  CHECK(eventually([&] { return sut.where.status().withdrawn == 1; }));
  CHECK(json_of(sut.ask(call("http.add", "1, 2")))["result"] == 3);
  CHECK(sut.where.status().workers[0].restarts == 0); // it was asked to stop, and did
}

TEST_CASE("a client that goes away is noticed also when it has sent much ahead") {
  const leaves_nothing end;
  const served sut(with_workers(1));
  auto all = call("http.wait_for_ever", "");
  while (all.size() < 200'000)
    all += get("/ping");
  sut.begin(all).hang_up();
  CHECK(eventually([&] { return sut.where.status().withdrawn == 1; }));
}

TEST_CASE("arguments by the hundred thousand are refused without being read") {
  const leaves_nothing end;
  const served sut(with_workers(1));
  std::string many = "1";
  while (many.size() < 900'000)
    many += ",1";
  CHECK(status_of(sut.ask(call("http.add", many))) == 422);
  CHECK(status_of(sut.ask(call("http.add", std::string(400'000, '[')))) == 422);
  CHECK(json_of(sut.ask(call("http.greet", "\"" + std::string(100'000, ',') + "\"")))["result"]
            .get<std::string>()
            .size() == 100'006);
}

TEST_CASE("a large answer is read to its end, however slowly") {
  const leaves_nothing end;
  http::server_options how;
  how.limits.linger_time = 100ms;
  how.limits.idle_time = 100ms;
  const served sut(with_workers(1), how, [](http::server& door) {
    door.at_once("GET", "/large", [](const http::request&, const http::pairs&) {
      return http::text(std::string(20'000'000, 'x'));
    });
  });
  tcp_client client(sut.port);
  client.say(get("/large", "Connection: close\r\n"));
  // Another one is let go for its idleness meanwhile, which is allowed as long.
  tcp_client other(sut.port);
  other.say(get("/ping"));
  CHECK(status_of(other.hear()) == 200);
  CHECK(other.closed());
  CHECK(body_of(client.hear_all()).size() == 20'000'000);
}

TEST_CASE("a page of somebody else's is not let in where anybody here is") {
  const leaves_nothing end;
  const served sut(with_workers(1));
  CHECK(status_of(sut.ask(get("/ping", "Origin: http://example.org\r\n"))) == 403);
  CHECK(status_of(sut.ask(get("/ping", "Origin: http://localhost:3000\r\n"))) == 200);
}

TEST_CASE("who still waits when a server's time to end is over is told so") {
  const leaves_nothing end;
  http::server_options how;
  how.limits.leave_time = 100ms;
  served sut(with_workers(1), how);
  auto client = sut.begin(call("http.wait_for_ever", ""));
  std::thread ends([&] { sut.door.reset(); });
  CHECK(status_of(client.hear()) == 503);
  client.hang_up();
  ends.join();
  CHECK(sut.where.status().withdrawn == 1);
}

TEST_CASE("requests are answered in their order on one connection, and side by side on others") {
  const leaves_nothing end;
  const served sut;
  tcp_client client(sut.port);
  const later_file go;
  client.say(call("http.wait_for_file", go.quoted()) + call("http.add", "1, 2") + get("/ping"));
  CHECK(body_of(sut.ask(get("/ping"))) == "pong\n");
  CHECK(json_of(sut.ask(call("http.add", "2, 2")))["result"] == 4);
  go.make();
  CHECK(json_of(client.hear())["kernel"] == "http.wait_for_file");
  CHECK(json_of(client.hear())["result"] == 3);
  CHECK(body_of(client.hear()) == "pong\n");
}

TEST_CASE("a full queue refuses with a time to try again") {
  const leaves_nothing end;
  auto settings = with_workers(1);
  settings.max_queue = 1;
  const served sut(settings);
  auto running = sut.begin(call("http.wait_for_ever", ""));
  tcp_client waiting(sut.port);
  waiting.say(call("http.wait_for_ever", ""));
  CHECK(eventually([&] { return sut.where.status().queued == 1; }));
  const auto refused = sut.ask(call("http.add", "1, 2"));
  CHECK(status_of(refused) == 503);
  CHECK(refused.find("\r\nRetry-After: ") != std::string::npos);
  CHECK(json_of(refused)["code"] == "overloaded");
}

TEST_CASE("a worker that is killed is told to who waits for it, and to nobody else") {
  const leaves_nothing end;
  const served sut(with_workers(2));
  auto victim = sut.begin(call("http.wait_for_ever", ""));
  // A task that had not begun is given to the next worker, and then that one is killed.
  std::string told;
  for (int i = 0; i < 50 && told.empty(); ++i) {
    for (const auto& each : sut.where.status().workers)
      if (!each.running.empty())
        ::kill(each.pid, SIGKILL);
    told = victim.hear(400ms);
  }
  CHECK(status_of(told) == 500);
  CHECK(json_of(told)["code"] == "worker_died");
  victim.say(call("http.add", "2, 2"));
  CHECK(json_of(victim.hear())["result"] == 4);
}

TEST_CASE("a route of the program's is a request actor, which asks and answers later") {
  const leaves_nothing end;
  std::atomic<int> ended{0}; // written on the scheduler's threads
  std::atomic<node*> where{nullptr};
  const served sut(with_workers(2), {}, [&](http::server& door) {
    door.post("/twice/{what}", [&](caf::event_based_actor* self, const http::exchange& x) {
      const auto number = std::stoll(x.part("what"));
      ask<std::int64_t>(self, *where.load(), "http.add", number, number)
          .then([x](std::int64_t sum) { x.answer(http::text(std::to_string(sum))); },
                [x](const caf::error& why) { x.answer(http::problem(500, text_of(why))); });
    });
    door.get("/silent", [&](caf::event_based_actor*, const http::exchange&) {});
    door.get("/throws_number", [&](caf::event_based_actor*, const http::exchange&) { throw 42; });
    door.at_once("GET", "/throws_at_once",
                 [](const http::request&, const http::pairs&) -> http::response { throw 42; });
    door.get("/odd",
             [&](caf::event_based_actor*, const http::exchange& x) { x.answer(http::text("", 1000)); });
    door.get("/throws",
             [&](caf::event_based_actor*, const http::exchange&) { throw std::runtime_error("oh"); });
    door.get("/for_ever", [&](caf::event_based_actor* self, const http::exchange& x) {
      self->attach_functor([&] { ++ended; });
      ask<std::int64_t>(self, *where.load(), "http.wait_for_ever")
          .then([x](std::int64_t) { x.answer(http::text("done")); }, [](const caf::error&) {});
    });
  });
  where = const_cast<node*>(&sut.where);
  CHECK(body_of(sut.ask("POST /twice/21 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n")) == "42");
  CHECK(status_of(sut.ask(get("/silent"))) == 500);
  for (const auto* each : {"/throws", "/throws_number", "/throws_at_once", "/odd"}) {
    CAPTURE(std::string(each));
    CHECK(status_of(sut.ask(get(each))) == 500);
  }
  CHECK_THROWS_AS(sut.door->get("/too_late", [](caf::event_based_actor*, const http::exchange&) {}),
                  std::system_error);
  sut.begin(get("/for_ever")).hang_up();
  CHECK(eventually([&] { return ended == 1; }));
}

TEST_CASE("who does not bear the token is not let in") {
  const leaves_nothing end;
  http::server_options how;
  how.token = "s3cret";
  const served sut(with_workers(1), how);
  const auto refused = sut.ask(get("/ping"));
  CHECK(status_of(refused) == 401);
  CHECK(refused.find("WWW-Authenticate: Bearer\r\n") != std::string::npos);
  CHECK(status_of(sut.ask(get("/ping", "Authorization: Bearer wrong\r\n"))) == 401);
  CHECK(status_of(sut.ask(get("/ping", "Authorization: Bearer s3cret\r\n"))) == 200);
}

TEST_CASE("connections have a limit, and one more is told so") {
  const leaves_nothing end;
  http::server_options how;
  how.limits.connections = 2;
  const served sut(with_workers(1), how);
  tcp_client a(sut.port);
  tcp_client b(sut.port);
  a.say(get("/ping"));
  b.say(get("/ping"));
  CHECK(status_of(a.hear()) == 200);
  CHECK(status_of(b.hear()) == 200);
  tcp_client c(sut.port);
  CHECK(status_of(c.hear()) == 503);
  a.hang_up();
  CHECK(eventually([&] { return status_of(sut.ask(get("/ping"))) == 200; }));
}

TEST_CASE("who is not let in for want of room hears so behind a large body as well, and so do many at once") {
  const leaves_nothing end;
  http::server_options how;
  how.limits.connections = 1;
  how.limits.linger_time = how.limits.longest_linger = std::chrono::minutes{10};
  const served sut(with_workers(1), how);
  tcp_client only(sut.port);
  only.say(get("/ping"));
  CHECK(status_of(only.hear()) == 200);
  for (int i = 0; i < 3; ++i) {
    tcp_client large(sut.port);
    large.say(call("http.greet", "\"" + std::string(4'000'000, 'x') + "\""));
    CHECK(status_of(large.hear()) == 503);
    CHECK(large.closed());
  }
  // More than are heard out.
  std::vector<tcp_client> many;
  for (int i = 0; i < 300; ++i)
    many.emplace_back(sut.port);
  for (auto& each : many)
    CHECK(status_of(each.hear()) == 503);
  only.say(get("/ping"));
  CHECK(status_of(only.hear()) == 200);
  // They take no room from who comes then, though they stay.
  only.hang_up();
  CHECK(eventually([&] { return status_of(sut.ask(get("/ping"))) == 200; }));
}

TEST_CASE("one client has a limit of connections of its own") {
  const leaves_nothing end;
  http::server_options how;
  how.limits.client_connections = 1;
  const served sut(with_workers(1), how);
  tcp_client a(sut.port);
  a.say(get("/ping"));
  CHECK(status_of(a.hear()) == 200);
  tcp_client b(sut.port);
  CHECK(status_of(b.hear()) == 429);
}

TEST_CASE("a client that is slow, or silent, is let go") {
  const leaves_nothing end;
  http::server_options how;
  how.limits.head_time = 700ms; // in which the I/O thread has its turn also where much goes on
  how.limits.idle_time = 200ms;
  how.limits.linger_time = 200ms;
  const served sut(with_workers(1), how);
  tcp_client slow(sut.port);
  slow.say("GET /pi");
  CHECK(status_of(slow.hear()) == 408);
  CHECK(slow.closed());
  tcp_client silent(sut.port);
  CHECK(silent.closed());
  tcp_client idle(sut.port);
  idle.say(get("/ping"));
  CHECK(status_of(idle.hear()) == 200);
  CHECK(idle.closed());
}

TEST_CASE("a client that sends and does not read is not served without bound, and nobody else waits") {
  const leaves_nothing end;
  constexpr int requests = 3000;
  const std::string large(50'000, 'x');
  std::atomic<std::size_t> served_so_far{0}; // written on the I/O thread
  const served sut(with_workers(1), patient(), [&](http::server& door) {
    door.at_once("GET", "/large", [&](const http::request&, const http::pairs&) {
      ++served_so_far;
      return http::text(large);
    });
  });
  tcp_client greedy(sut.port);
  std::string many;
  for (int i = 0; i < requests; ++i)
    many += get("/large");
  std::thread sends([&] { greedy.say(many); }); // it blocks: that is the point
  std::size_t before = SIZE_MAX;
  const auto stands_still = [&] {
    CHECK(body_of(sut.ask(get("/ping"))) == "pong\n");
    std::this_thread::sleep_for(200ms);
    return std::exchange(before, served_so_far.load()) == before;
  };
  CHECK(eventually(stands_still));
  CHECK(served_so_far * large.size() < 30'000'000); // what sockets take, and a little
  for (int i = 0; i < requests; ++i)
    CHECK(body_of(greedy.hear()).size() == large.size());
  sends.join();
}

TEST_CASE("every byte may come alone") {
  const leaves_nothing end;
  const served sut(with_workers(1));
  tcp_client client(sut.port);
  for (const char byte : call("http.add", "20, 3") + get("/ping")) {
    client.say({&byte, 1});
  }
  CHECK(json_of(client.hear())["result"] == 23);
  CHECK(body_of(client.hear()) == "pong\n");
}

TEST_CASE("a client that ends its side gets what is answered at once") {
  const leaves_nothing end;
  const served sut(with_workers(1));
  tcp_client client(sut.port);
  client.say(get("/ping") + get("/ping"));
  client.end_sending();
  const auto heard = client.hear_all();
  CHECK(heard.find("pong\n", heard.find("pong\n") + 1) != std::string::npos);
}

TEST_CASE("a client that ends its side and reads late gets all that is answered at once") {
  const leaves_nothing end;
  const std::string large(16'000, 'x');
  const served sut(with_workers(1), patient(), [&](http::server& door) {
    door.at_once("GET", "/large",
                 [&](const http::request&, const http::pairs&) { return http::text(large); });
  });
  tcp_client one(sut.port);
  one.say(get("/large"));
  const auto size = one.hear().size();
  // Around what the socket of one that does not read takes; the last four fill what is read at once.
  for (std::size_t count = 100; count < 400; count += 2) {
    tcp_client client(sut.port);
    std::string all;
    for (std::size_t i = 0; i < count; ++i)
      all += get("/large");
    client.say(all);
    const auto last =
        get("/large", "X: " + std::string(1024 - get("/large", "X: \r\n").size(), 'x') + "\r\n");
    client.say(last + last + last + last);
    client.end_sending();
    CHECK(client.hear_all().size() == (count + 4) * size);
  }
}

TEST_CASE("what is no HTTP is answered, read to its end, and closed") {
  const leaves_nothing end;
  const served sut(with_workers(1));
  tcp_client client(sut.port);
  client.say("\x16\x03\x01 this is TLS, or so\r\n\r\n" + std::string(100'000, 'x'));
  CHECK(status_of(client.hear()) == 400);
  client.end_sending();
  CHECK(client.closed());
}

TEST_CASE("curl and Python's clients are served") {
  const leaves_nothing end;
  const served sut(with_workers(1));
  const auto at = "http://127.0.0.1:" + std::to_string(sut.port);
  CHECK(output_of("curl -s " + at + "/ping") == "pong\n");
  CHECK(nlohmann::json::parse(
            output_of("curl -s " + at + "/v1/kernels/http.add --json '{\"args\": [1, 2]}'"))["result"] == 3);
  CHECK(output_of("curl -sI " + at + "/ping").find("Content-Length: 5") != std::string::npos);
  CHECK(output_of("python3 -c \"\n"
                  "import http.client, json\n"
                  "c = http.client.HTTPConnection('127.0.0.1', " +
                  std::to_string(sut.port) +
                  ")\n"
                  "for i in range(3):\n"
                  "    c.request('POST', '/v1/kernels/http.add', json.dumps({'args': [i, 1]}), "
                  "{'Content-Type': 'application/json'})\n"
                  "    print(json.load(c.getresponse())['result'])\n"
                  "\"") == "1\n2\n3\n");
}

TEST_CASE("many connections at once are served") {
  const leaves_nothing end;
  const served sut(with_workers(1));
  std::vector<tcp_client> all;
  for (int i = 0; i < 300; ++i)
    all.emplace_back(sut.port);
  for (auto& each : all)
    each.say(get("/ping"));
  for (auto& each : all)
    CHECK(body_of(each.hear()) == "pong\n");
}

TEST_CASE("a server that ends answers what is at hand") {
  const leaves_nothing end;
  served sut(with_workers(1));
  tcp_client idle(sut.port);
  idle.say(get("/ping"));
  CHECK(status_of(idle.hear()) == 200);
  const later_file go;
  auto client = sut.begin(call("http.wait_for_file", go.quoted()));
  std::thread ends([&] { sut.door.reset(); });
  CHECK(idle.closed());
  go.make();
  const auto last = client.hear();
  CHECK(status_of(last) == 200);
  CHECK(last.find("Connection: close\r\n") != std::string::npos);
  client.hang_up();
  ends.join();
  CHECK_THROWS(tcp_client(sut.port));
}

TEST_CASE("`pinion node --http` serves, and ends in peace") {
  const leaves_nothing end;
  const own_names names;
  const auto token = names.folder.string() + ".token";
  std::ofstream(token) << "s3cret\n";
  running_node sut(names, {program, "node", "--name", "web", "--workers", "1", "--http", "127.0.0.1:0",
                           "--http-token", token});
  const auto said = sut.node.out();
  const auto at = said.find("http://127.0.0.1:");
  REQUIRE(at != std::string::npos);
  const auto port = static_cast<std::uint16_t>(std::stoi(said.substr(at + 17)));
  {
    tcp_client client(port);
    client.say(get("/ping", "Authorization: Bearer s3cret\r\n"));
    CHECK(body_of(client.hear()) == "pong\n");
    client.say(get("/ping"));
    CHECK(status_of(client.hear()) == 401);
  }
  std::string err;
  CHECK(run({"node", "--http", "127.0.0.1:" + std::to_string(port)}, names, nullptr, &err) == 1);
  CHECK(err.find("somebody listens at 127.0.0.1:" + std::to_string(port)) != std::string::npos);
  CHECK(run({"node", "--http", "nowhere"}, names, nullptr, &err) == 2);
  CHECK(err.find("127.0.0.1:8000") != std::string::npos);
  CHECK(run({"node", "--http-token", token}, names, nullptr, &err) == 2);
  ::unlink(token.c_str());
  CHECK(run({"node", "--http", "127.0.0.1:0", "--http-token", token}, names, nullptr, &err) == 2);
  CHECK(err.find(token) != std::string::npos);
  ::kill(sut.node.pid(), SIGTERM);
  CHECK(sut.node.wait() == 0);
}
