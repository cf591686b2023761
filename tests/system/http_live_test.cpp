// What a node tells of itself while it works: events, metrics, the page in a browser; and node::http().
#include <doctest/doctest.h>

#include <atomic>
#include <future>

#include <pinion/pinion.hpp>

#include <support/hold.hpp>
#include <support/leaves_nothing.hpp>

#include "http_stage.hpp"

using namespace pinion;
using namespace pinion::test;
using namespace std::chrono_literals;

namespace {

std::int64_t plus_one(std::int64_t a) { return a + 1; }
std::int64_t wait_long(context& run) {
  hold(run);
  return 1;
}

// The data of an event; null where it is none.
nlohmann::json event_in(const std::string& text) {
  const std::string begin = "event: status\ndata: ";
  const auto at = text.find(begin);
  const auto end = text.find("\n\n", at == std::string::npos ? 0 : at);
  if (at == std::string::npos || end == std::string::npos)
    return nullptr;
  return nlohmann::json::parse(text.substr(at + begin.size(), end - at - begin.size()));
}

// The value on a line of Prometheus' text, -1 where there is no such line.
double metric(const std::string& text, const std::string& name) {
  const auto at = text.find("\n" + name + " ");
  return at == std::string::npos ? -1 : std::stod(text.substr(at + name.size() + 2));
}

// What a script prints, and how it ends.
std::pair<std::string, int> run_script(const std::string& command) {
  FILE* from = ::popen(("/usr/bin/python3 -B " PINION_SOURCE_DIR "/tests/system/" + command).c_str(), "r");
  REQUIRE(from != nullptr);
  std::string text;
  char bytes[4096];
  for (std::size_t got = 0; (got = ::fread(bytes, 1, sizeof bytes, from)) > 0;)
    text.append(bytes, got);
  const auto status = ::pclose(from);
  return {text, WIFEXITED(status) ? WEXITSTATUS(status) : -1};
}

} // namespace

PINION_KERNELS(k) {
  k.add("live.plus_one", plus_one);
  k.add("live.wait", wait_long);
}

TEST_CASE("a viewer is told twice a second how the node is, until it goes") {
  const leaves_nothing end;
  served sut;
  tcp_client viewer(sut.port);
  viewer.say(get("/v1/events"));
  const auto head = viewer.hear();
  CHECK(status_of(head) == 200);
  CHECK(head.find("\r\nContent-Type: text/event-stream\r\n") != std::string::npos);
  const auto first = event_in(viewer.hear_until("\n\n"));
  REQUIRE(first.is_object());
  CHECK(first["workers"].size() == 2);
  CHECK(first["done"] == 0);
  CHECK(first["shm"]["used"] == 0);
  CHECK(first["http"]["connections"] == 1);
  const auto kept = sut.where.zeros<double>({1000});
  const auto name = "live" + std::to_string(::getpid());
  sut.where.publish(name, kept);
  CHECK(json_of(sut.ask(call("live.plus_one", "1")))["result"] == 2);
  nlohmann::json now;
  for (int i = 0; i < 20 && (!now.is_object() || now["done"] != 1); ++i)
    now = event_in(viewer.hear_until("\n\n"));
  CHECK(now["done"] == 1);
  CHECK(now["shm"]["used"] >= 8000);
  CHECK(now["arrays"][0]["name"] == name);
  CHECK(now["arrays"][0]["shape"] == nlohmann::json{1000});
  viewer.hang_up();
  CHECK(eventually([&] {
    tcp_client other(sut.port);
    other.say(get("/v1/events"));
    other.hear();
    return event_in(other.hear_until("\n\n"))["http"]["connections"] == 1;
  }));
}

TEST_CASE("a server that ends lets its viewers go at once") {
  const leaves_nothing end;
  served sut;
  tcp_client viewer(sut.port);
  viewer.say(get("/v1/events"));
  CHECK(status_of(viewer.hear()) == 200);
  sut.door.reset(); // within its leave_time
  CHECK(viewer.closed());
}

TEST_CASE("Prometheus is told of requests, latencies, tasks, workers and shared memory") {
  const leaves_nothing end;
  served sut;
  const auto kept = sut.where.zeros<double>({1000});
  for (int i = 0; i < 3; ++i)
    CHECK(status_of(sut.ask(get("/ping"))) == 200);
  CHECK(status_of(sut.ask(call("live.plus_one", "1"))) == 200);
  CHECK(status_of(sut.ask(get("/nowhere"))) == 404);
  const auto running = sut.begin(call("live.wait", ""));
  const auto answer = sut.ask(get("/metrics"));
  CHECK(status_of(answer) == 200);
  CHECK(answer.find("\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n") != std::string::npos);
  const auto text = body_of(answer);
  CHECK(metric(text, "pinion_http_requests_total{method=\"GET\",route=\"/ping\",status=\"200\"}") == 3);
  CHECK(metric(text, "pinion_http_requests_total{method=\"GET\",route=\"none\",status=\"404\"}") == 1);
  CHECK(metric(text, "pinion_http_request_duration_seconds_count{method=\"GET\",route=\"/ping\"}") == 3);
  CHECK(metric(text,
               "pinion_http_request_duration_seconds_bucket{method=\"GET\",route=\"/ping\",le=\"+Inf\"}") ==
        3);
  CHECK(metric(text, "pinion_http_kernel_duration_seconds_count{kernel=\"live.plus_one\",phase=\"run\"}") ==
        1);
  CHECK(metric(text, "pinion_tasks_total{outcome=\"done\"}") == 1);
  CHECK(metric(text, "pinion_tasks{where=\"workers\"}") == 1);
  CHECK(metric(text, "pinion_workers{state=\"busy\"}") == 1);
  CHECK(metric(text, "pinion_workers{state=\"idle\"}") == 1);
  CHECK(metric(text, "pinion_worker_restarts_total{worker=\"0\"}") == 0);
  CHECK(metric(text, "pinion_shm_blocks") == 1);
  CHECK(metric(text, "pinion_shm_bytes{what=\"used\"}") >= 8000);
  CHECK(metric(text, "pinion_http_connections") == 2);
}

TEST_CASE("what is refused is counted as well, once each") {
  const leaves_nothing end;
  http::server_options how;
  how.limits.client_connections = 2;
  const served sut(with_workers(1), how, [](http::server& door) {
    door.at_once("GET", "/odd", [](const http::request&, const http::pairs&) { return http::text("", 42); });
  });
  CHECK(status_of(sut.ask("BAD\r\n\r\n")) == 400);
  CHECK(status_of(sut.ask("GET / HTTP/3.0\r\nHost: localhost\r\n\r\n")) == 505);
  CHECK(
      status_of(sut.ask("PUT /v1/arrays/a HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-npy\r\n"
                        "Content-Length: 20\r\n\r\nthis is not an array")) == 400);
  CHECK(status_of(sut.ask(get("/odd"))) == 500);
  {
    tcp_client a(sut.port);
    a.say(get("/ping"));
    CHECK(status_of(a.hear()) == 200);
    tcp_client b(sut.port);
    b.say(get("/ping"));
    CHECK(status_of(b.hear()) == 200);
    tcp_client c(sut.port);
    CHECK(status_of(c.hear()) == 429);
  }
  std::string text;
  CHECK(eventually([&] {
    const auto answer = sut.ask(get("/metrics"));
    text = body_of(answer);
    return status_of(answer) == 200;
  }));
  const std::string begin = "pinion_http_requests_total{method=\"";
  CHECK(metric(text, begin + "other\",route=\"none\",status=\"400\"}") == 1);
  CHECK(metric(text, begin + "other\",route=\"none\",status=\"505\"}") == 1);
  CHECK(metric(text, begin + "other\",route=\"none\",status=\"429\"}") >= 1);
  CHECK(metric(text, begin + "PUT\",route=\"/v1/arrays/{name}\",status=\"400\"}") == 1);
  CHECK(metric(text, begin + "GET\",route=\"/odd\",status=\"500\"}") == 1);
}

TEST_CASE("metrics have as many lines as there are routes and kernels, whatever clients ask for") {
  const leaves_nothing end;
  const served sut(with_workers(1));
  const auto lines = [&] {
    const auto text = body_of(sut.ask(get("/metrics")));
    return std::count(text.begin(), text.end(), '\n');
  };
  sut.ask(get("/nowhere"));
  sut.ask("WORD /ping HTTP/1.1\r\nHost: localhost\r\n\r\n");
  sut.ask(call("live.none", ""));
  lines();
  const auto before = lines();
  for (int i = 0; i < 20; ++i) {
    const auto text = std::to_string(i);
    sut.ask(get("/nowhere" + text));
    sut.ask("WORD" + text + " /ping HTTP/1.1\r\nHost: localhost\r\n\r\n");
    sut.ask(call("live.none" + text, ""));
  }
  CHECK(lines() == before);
}

TEST_CASE("the page is served without a token, and what it shows is not") {
  const leaves_nothing end;
  http::server_options how;
  how.token = "s3cret";
  const served sut(with_workers(1), how);
  const auto answer = sut.ask(get("/"));
  CHECK(status_of(answer) == 200);
  CHECK(answer.find("\r\nContent-Security-Policy: default-src 'none'") != std::string::npos);
  CHECK(body_of(answer).find("<title>") != std::string::npos);
  for (const auto* each : {"/v1/events", "/metrics", "/v1/status", "/openapi.json", "/nowhere"}) {
    CAPTURE(std::string(each));
    CHECK(status_of(sut.ask(get(each))) == 401);
  }
}

TEST_CASE("in a browser the page shows the node, and what changes") {
  const leaves_nothing end;
  for (const std::string token : {"", "s3cret"}) {
    CAPTURE(token);
    http::server_options how;
    how.token = token;
    served sut(with_workers(2), how);
    std::thread works([&] {
      for (int i = 0; i < 5; ++i)
        sut.where.submit<std::int64_t>("live.plus_one", std::int64_t{1}).get();
    });
    const auto [text, code] = run_script("http_page.py http://127.0.0.1:" + std::to_string(sut.port) +
                                         "/ --watch-done 5" + (token.empty() ? "" : " --token " + token));
    works.join();
    if (code == 77) {
      MESSAGE("skipped: chromium is missing");
      return;
    }
    CAPTURE(text);
    REQUIRE(code == 0);
    const auto shown = nlohmann::json::parse(text);
    CHECK(shown["node"] == sut.where.name());
    CHECK(shown["title"].get<std::string>().find(sut.where.name()) != std::string::npos);
    CHECK(shown["workers"] == 2);
    CHECK(shown["errors"].empty());
  }
}

TEST_CASE("a node has a server of its own, which ends before it does") {
  const leaves_nothing end;
  std::uint16_t port = 0;
  {
    node where(with_workers(1));
    where.http()
        .get("/next/{number}",
             [&where](caf::event_based_actor* self, const http::exchange& request) {
               ask<std::int64_t>(self, where, "live.plus_one",
                                 std::int64_t{std::stoll(request.part("number"))})
                   .then([request](std::int64_t next) { request.answer(http::text(std::to_string(next))); },
                         [request](const caf::error& why) {
                           request.answer(http::problem(500, text_of(why)));
                         });
             })
        .get("/count", [](caf::event_based_actor* self, const http::exchange& request) {
          request.begin(http::text(""));
          request.say("one ");
          request.say("two");
          request.end();
          self->quit();
        });
    port = where.http().listen({"127.0.0.1", 0}).port;
    tcp_client client(port);
    client.say(get("/next/41"));
    CHECK(body_of(client.hear()) == "42");
    client.say(get("/count", "Connection: close\r\n"));
    CHECK(unchunked(client.hear_all()) == "one two");
  }
  CHECK_THROWS_AS(tcp_client{port}, std::runtime_error);
}

TEST_CASE("an answer that is said in pieces is at its end as soon as it is said to be") {
  const leaves_nothing end;
  http::server_options how;
  // Nobody waits for the time that a client has to read what it was told.
  how.limits.linger_time = how.limits.longest_linger = std::chrono::minutes{10};
  const served sut(with_workers(1), how, [](http::server& door) {
    door.get("/count", [](caf::event_based_actor*, const http::exchange& request) {
      request.begin(http::text(""));
      request.say("one ");
      request.say("two");
      request.end();
    });
  });
  for (int i = 0; i < 100; ++i) {
    tcp_client client(sut.port);
    client.say("GET /count HTTP/1.0\r\nHost: localhost\r\n\r\n");
    CHECK(body_of(client.hear_all()) == "one two");
  }
}

TEST_CASE("much may be said in one go to a client that reads") {
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
  for (const auto& [count, size] : {std::pair{20, 50'000}, {1000, 1000}, {2, 300'000}, {7, 50'000}}) {
    tcp_client client(sut.port);
    client.say(get("/pieces/" + std::to_string(count) + "/" + std::to_string(size), "Connection: close\r\n"));
    CHECK(unchunked(client.hear_all()).size() == static_cast<std::size_t>(count * size));
  }
}

TEST_CASE("an actor that has answered, at once or in pieces, goes on though its client goes") {
  const leaves_nothing end;
  std::atomic<int> went_on{0}; // written by the routes' actors
  const served sut(with_workers(1), {}, [&](http::server& door) {
    const auto later = [&](caf::event_based_actor* self) {
      self->become([&went_on, self](caf::ok_atom) {
        ++went_on;
        self->quit();
      });
      self->delayed_send(self, std::chrono::milliseconds{300}, caf::ok_atom_v);
    };
    door.get("/whole", [later](caf::event_based_actor* self, const http::exchange& request) {
      request.answer(http::text("whole"));
      later(self);
    });
    door.get("/pieces", [later](caf::event_based_actor* self, const http::exchange& request) {
      request.begin(http::text("pieces"));
      request.end();
      later(self);
    });
  });
  for (const auto* path : {"/whole", "/pieces"}) {
    tcp_client client(sut.port);
    client.say(get(path));
    const std::string last(path == std::string("/whole") ? "whole" : "0\r\n\r\n");
    CHECK(client.hear_until(last).size() > last.size());
  }
  CHECK(eventually([&] { return went_on == 2; }));
}

TEST_CASE("an array that is begun is all of the answer, and its actor is not asked for more") {
  const leaves_nothing end;
  std::atomic<bool> ended{false}; // written by the route's actor
  const served sut(with_workers(1), {}, [&](http::server& door) {
    door.post("/back", [&](caf::event_based_actor* self, const http::exchange& request) {
      request.begin(http::npy(request.what().array->view()));
      request.say("nobody's");
      self->attach_functor([&] { ended = true; });
      self->become([request](caf::ok_atom) { request.say("nor this"); });
    });
  });
  const auto sent =
      http::npy(any_view(nullptr, dtype::float64, c_order({4}), nullptr, false)).body + std::string(32, 'x');
  tcp_client client(sut.port);
  client.say("POST /back HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-npy\r\nContent-Length: " +
             std::to_string(sent.size()) + "\r\n\r\n" + sent + get("/ping"));
  CHECK(body_of(client.hear()) == sent);
  CHECK(body_of(client.hear()) == "pong\n");
  CHECK(eventually([&] { return ended.load(); }));
}

TEST_CASE("a client that reads late gets all of an answer that is said in pieces") {
  const leaves_nothing end;
  http::server_options how;
  how.limits.linger_time = std::chrono::milliseconds{50};
  const std::string piece(20'000, 'x');
  const served sut(with_workers(1), how, [&](http::server& door) {
    door.at_once("GET", "/large",
                 [&](const http::request&, const http::pairs&) { return http::text(piece); });
    door.get("/pieces", [&](caf::event_based_actor*, const http::exchange& request) {
      request.begin(http::text(""));
      for (int i = 0; i < 3; ++i)
        request.say(piece);
      request.end();
    });
  });
  // Around what the socket of one that does not read takes.
  std::vector<tcp_client> clients;
  for (int count = 100; count < 250; count += 3) {
    clients.emplace_back(sut.port);
    std::string all;
    for (int i = 0; i < count; ++i)
      all += get("/large");
    clients.back().say(all + get("/pieces", "Connection: close\r\n"));
  }
  std::this_thread::sleep_for(std::chrono::milliseconds{300}); // longer than it would linger
  for (auto& client : clients) {
    const auto heard = client.hear_all();
    const auto last = heard.rfind("HTTP/1.1 200 OK\r\n");
    REQUIRE(last != std::string::npos);
    CHECK(unchunked(heard.substr(last)).size() == 3 * piece.size());
  }
}

TEST_CASE("a route's actor that comes to its turn when the server has gone does not begin") {
  const leaves_nothing end;
  caf::actor_system_config cfg;
  cfg.load<caf::io::middleman>();
  prepare(cfg);
  cfg.set("scheduler.max-threads", 1);
  caf::actor_system system(cfg);
  std::atomic<bool> busy{false}; // written by the actor that keeps the scheduler's one thread
  std::promise<void> go;
  auto released = go.get_future().share();
  std::atomic<bool> began{false}; // written by the route
  {
    node where(with_workers(1), system);
    where.http().get("/late", [&](caf::event_based_actor*, const http::exchange& request) {
      began = true;
      request.answer(http::text("late"));
    });
    http::server_options how;
    how.limits.leave_time = std::chrono::milliseconds{50};
    const auto port = where.http().listen({"127.0.0.1", 0}, how).port;
    // With an argument: CAF 0.17.6 looks at a null pointer where there is none (init_fun_factory.hpp).
    system.spawn(
        [&busy](caf::event_based_actor*, const std::shared_future<void>& until) {
          busy = true;
          until.wait();
        },
        released);
    REQUIRE(eventually([&] { return busy.load(); }));
    tcp_client client(port);
    client.say(get("/late"));
    tcp_client other(port);
    other.say(get("/ping"));
    CHECK(status_of(other.hear()) == 200);
  }
  go.set_value();
  system.await_all_actors_done();
  CHECK_FALSE(began);
}
