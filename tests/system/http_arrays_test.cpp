// Arrays by HTTP: bodies that become arrays, arrays that have names, and arrays that are answers.
#include <doctest/doctest.h>

#include <cstring>
#include <thread>

#include <sys/statvfs.h>

#include <pinion/pinion.hpp>

#include <support/hold.hpp>
#include <support/leaves_nothing.hpp>
#include <support/numpy.hpp>
#include <support/scratch_directory.hpp>

#include "http_stage.hpp"

using namespace pinion;
using namespace pinion::test;
using namespace std::chrono_literals;

namespace {

double sum_of(view<const double> a) {
  double result = 0;
  for (const auto each : a)
    result += each;
  return result;
}
double scaled_sum(view<const double> a, double by) { return by * sum_of(a); }
void scale(view<double> a, double by) {
  for (auto& each : a)
    each *= by;
}
array<double> doubled(view<const double> a, context& run) {
  auto result = run.make<double>(a.shape());
  std::transform(a.begin(), a.end(), result.view().begin(), [](double x) { return 2 * x; });
  return result;
}
view<const double> tail_of(view<const double> a) { return a.slice(0, 1, a.shape()[0]); }
double dot_of(view<const double> a, view<const double> b) {
  double result = 0;
  for (std::int64_t i = 0; i < a.size(); ++i)
    result += a(i) * b(i);
  return result;
}
std::string named(view<const double> a, std::string_view text) {
  return std::string(text) + std::to_string(a.size());
}
// When a file is there.
double sum_when(view<const double> a, std::string_view path, context& run) {
  hold_until(run, [file = std::string(path)] { return ::access(file.c_str(), F_OK) == 0; });
  return sum_of(a);
}
double wait_with(view<const double>, context& run) {
  hold(run);
  return 1;
}

// A .npy of doubles 1, 2, 3, ...
std::string npy_of(std::size_t size) {
  store memory;
  auto made = memory.empty<double>({static_cast<std::int64_t>(size)});
  for (std::size_t i = 0; i < size; ++i)
    made.view().data()[i] = static_cast<double>(i + 1);
  const any_view whole = made.view();
  return http::npy(whole).body + std::string(static_cast<const char*>(whole.data), 8 * size);
}

std::string send(const std::string& method, const std::string& target, const std::string& body,
                 const std::string& fields = "") {
  return method + " " + target + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-npy\r\n" +
         fields + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::string drop(const std::string& name) {
  return "DELETE /v1/arrays/" + name + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
}

const std::string as_npy = "Accept: application/x-npy\r\n";

// The doubles of an answer that is a .npy of one axis.
std::vector<double> doubles_in(const std::string& answer) {
  REQUIRE(status_of(answer) == 200);
  REQUIRE(answer.find("\r\nContent-Type: application/x-npy\r\n") != std::string::npos);
  const auto body = body_of(answer);
  const auto head = std::size_t{10} + static_cast<unsigned char>(body[8]) +
                    256 * static_cast<std::size_t>(static_cast<unsigned char>(body[9]));
  std::vector<double> result((body.size() - head) / 8);
  std::memcpy(result.data(), body.data() + head, result.size() * 8);
  return result;
}

void copy_to(view<const double> from, view<double> to) { std::copy(from.begin(), from.end(), to.begin()); }

} // namespace

PINION_KERNELS(k) {
  k.add("httparray.sum", sum_of);
  k.add("httparray.scaled_sum", scaled_sum);
  k.add("httparray.scale", scale);
  k.add("httparray.doubled", doubled);
  k.add("httparray.tail", tail_of);
  k.add("httparray.dot", dot_of);
  k.add("httparray.named", named);
  k.add("httparray.sum_when", sum_when);
  k.add("httparray.wait_with", wait_with);
  k.add("httparray.copy_to", copy_to);
}

TEST_CASE("an array in the body is the kernel's first argument, the others stand in the query") {
  const leaves_nothing end;
  const served sut;
  const auto npy = npy_of(4);
  CHECK(json_of(sut.ask(send("POST", "/v1/kernels/httparray.sum", npy)))["result"] == 10);
  CHECK(json_of(sut.ask(send("POST", "/v1/kernels/httparray.scaled_sum?arg=2.5", npy)))["result"] == 25);
  // A text stays a text where the kernel takes one, though it looks like a number.
  CHECK(json_of(sut.ask(send("POST", "/v1/kernels/httparray.named?arg=25+", npy)))["result"] == "25 4");
  CHECK(sut.where.memory_now().arrays.blocks == 0);
}

TEST_CASE("an answer is a .npy for who would rather have that") {
  const leaves_nothing end;
  const served sut;
  const auto npy = npy_of(3);
  CHECK(doubles_in(sut.ask(send("POST", "/v1/kernels/httparray.doubled", npy, as_npy))) ==
        std::vector<double>{2, 4, 6});
  CHECK(doubles_in(sut.ask(send("POST", "/v1/kernels/httparray.sum", npy, as_npy))) ==
        std::vector<double>{6});
  // A part of what was sent, and what was written into it.
  CHECK(doubles_in(sut.ask(send("POST", "/v1/kernels/httparray.tail", npy, as_npy))) ==
        std::vector<double>{2, 3});
  CHECK(doubles_in(sut.ask(send("POST", "/v1/kernels/httparray.scale?arg=10", npy, as_npy))) ==
        std::vector<double>{10, 20, 30});
  // What can be none is JSON all the same.
  CHECK(json_of(sut.ask(send("POST", "/v1/kernels/httparray.named?arg=x", npy, as_npy)))["result"] == "x3");
  CHECK(status_of(sut.ask(send("POST", "/v1/kernels/httparray.scaled_sum?arg=x", npy, as_npy))) == 422);
  const auto timed = sut.ask(send("POST", "/v1/kernels/httparray.sum", npy, as_npy));
  CHECK(timed.find("\r\nServer-Timing: queued;dur=") != std::string::npos);
  CHECK(json_of(sut.ask(send("POST", "/v1/kernels/httparray.doubled", npy)))["result"]["values"] ==
        nlohmann::json{2, 4, 6});
  CHECK(json_of(sut.ask(send("POST", "/v1/kernels/httparray.tail", npy)))["result"]["values"] ==
        nlohmann::json{2, 3});
}

TEST_CASE("an array is put under a name, used by it, fetched and dropped") {
  const leaves_nothing end;
  const served sut;
  const auto a = "web" + std::to_string(::getpid());
  const auto path = "/v1/arrays/" + a;
  const auto put = sut.ask(send("PUT", path, npy_of(4)));
  CHECK(status_of(put) == 201);
  CHECK(json_of(put) == nlohmann::json{{"name", a}, {"dtype", "float64"}, {"shape", {4}}, {"bytes", 32}});
  CHECK(json_of(sut.ask(get("/v1/arrays"))) == nlohmann::json::array({json_of(put)}));
  CHECK(doubles_in(sut.ask(get(path))) == std::vector<double>{1, 2, 3, 4});
  CHECK(json_of(sut.ask(get(path, "Accept: application/json\r\n"))) == json_of(put));
  // By name, in place of each argument that is an array.
  CHECK(json_of(sut.ask(call("httparray.sum", "\"" + a + "\"")))["result"] == 10);
  CHECK(json_of(sut.ask(call("httparray.dot", "\"" + a + "\", {\"array\": \"" + a + "\"}")))["result"] == 30);
  CHECK(json_of(sut.ask(call("httparray.named", "\"" + a + "\", \"x\"")))["result"] == "x4");
  CHECK(json_of(sut.ask(send("POST", "/v1/kernels/httparray.dot?arg=" + a, npy_of(4))))["result"] == 30);
  // What a kernel writes stays.
  CHECK(status_of(sut.ask(call("httparray.scale", "\"" + a + "\", 2"))) == 200);
  CHECK(json_of(sut.ask(call("httparray.sum", "\"" + a + "\"")))["result"] == 20);
  CHECK(status_of(sut.ask(send("PUT", path, npy_of(2)))) == 200);
  CHECK(json_of(sut.ask(call("httparray.sum", "\"" + a + "\"")))["result"] == 3);
  CHECK(status_of(sut.ask(drop(a))) == 204);
  CHECK(status_of(sut.ask(drop(a))) == 404);
  CHECK(status_of(sut.ask(get(path))) == 404);
  CHECK(json_of(sut.ask(get("/v1/arrays"))).empty());
  CHECK(eventually([&] { return sut.where.memory_now().arrays.blocks == 0; }));
}

TEST_CASE("a task goes on with the array that it was given when another one takes its name") {
  const leaves_nothing end;
  const served sut(with_workers(1));
  const later_file go;
  CHECK(status_of(sut.ask(send("PUT", "/v1/arrays/a", npy_of(4)))) == 201);
  auto client = sut.begin(call("httparray.sum_when", "\"a\", " + go.quoted()));
  CHECK(status_of(sut.ask(send("PUT", "/v1/arrays/a", npy_of(2)))) == 200);
  CHECK(status_of(sut.ask(drop("a"))) == 204);
  go.make();
  CHECK(json_of(client.hear())["result"] == 10);
}

TEST_CASE("large arrays one after the other are each what was sent, and the memory kept for the next goes") {
  const leaves_nothing end;
  const served sut(with_workers(1));
  const auto large = npy_of(3'000'000);
  CHECK(json_of(sut.ask(send("POST", "/v1/kernels/httparray.sum", large)))["result"] == 4500001500000.0);
  CHECK(json_of(sut.ask(send("POST", "/v1/kernels/httparray.sum", large)))["result"] == 4500001500000.0);
  CHECK(eventually([&] { return sut.where.memory_now().arrays.segments == 0; }));
}

TEST_CASE("a type of a body without one changes nothing where none is taken") {
  const leaves_nothing end;
  const served sut(with_workers(1), {}, [](http::server& door) {
    door.post("/any", [](caf::event_based_actor*, const http::exchange& request) {
      request.answer(http::text(request.what().array ? "an array" : "none"));
    });
  });
  CHECK(status_of(sut.ask(send("PUT", "/v1/arrays/a", npy_of(4)))) == 201);
  CHECK(body_of(sut.ask(send("POST", "/any", npy_of(4)))) == "an array");
  CHECK(body_of(sut.ask(send("POST", "/any", ""))) == "none");
  CHECK(status_of(sut.ask(send("DELETE", "/v1/arrays/a", ""))) == 204);
  CHECK(status_of(sut.ask(get("/v1/arrays/a"))) == 404);
}

TEST_CASE("an array behind a request that is answered late is whole, and so is what comes behind it") {
  const leaves_nothing end;
  const served sut(with_workers(1), {}, [](http::server& door) {
    door.get("/late", [](caf::event_based_actor* self, const http::exchange& request) {
      self->become([self, request](caf::ok_atom) {
        request.answer(http::text("late"));
        self->quit();
      });
      self->delayed_send(self, 5ms, caf::ok_atom_v);
    });
    // Keeps the I/O thread, so that it finds much to do when it looks again.
    door.at_once("GET", "/busy", [](const http::request&, const http::pairs&) {
      std::this_thread::sleep_for(3ms);
      return http::text("busy");
    });
  });
  std::atomic<bool> done{false}; // written by this thread
  std::vector<std::thread> others;
  for (int i = 0; i < 2; ++i)
    others.emplace_back([&] {
      tcp_client client(sut.port);
      while (!done) {
        client.say(get("/busy"));
        client.hear();
      }
    });
  const auto sent = npy_of(3000);
  const auto put = send("PUT", "/v1/arrays/a", sent);
  const auto begun = put.size() - sent.size() + 128;
  for (int i = 0; i < 300; ++i) {
    CAPTURE(i);
    tcp_client client(sut.port);
    client.say(get("/late") + put.substr(0, begun));
    // About when the answer is there: the loop then finds that and these bytes at once.
    std::this_thread::sleep_for(std::chrono::microseconds{3000 + 37 * i % 8000});
    client.say(put.substr(begun) + get("/v1/arrays/a") +
               get("/ping", "X: " + std::string(3000, 'x') + "\r\n") + get("/ping"));
    CHECK(body_of(client.hear()) == "late");
    CHECK(status_of(client.hear()) / 100 == 2);
    CHECK(body_of(client.hear()) == sent);
    CHECK(body_of(client.hear()) == "pong\n");
    CHECK(body_of(client.hear()) == "pong\n");
  }
  done = true;
  for (auto& each : others)
    each.join();
  sut.ask(drop("a"));
}

TEST_CASE("the program's arrays can be used and fetched by HTTP, and not changed") {
  const leaves_nothing end;
  served sut;
  const auto name = "own" + std::to_string(::getpid());
  const auto ours = sut.where.full<double>({6, 4}, 2);
  sut.where.publish(name, ours.view().slice(1, 0, 4, 2)); // no row of bytes
  CHECK(doubles_in(sut.ask(get("/v1/arrays/" + name))) == std::vector<double>(12, 2));
  CHECK(json_of(sut.ask(call("httparray.sum", "\"" + name + "\"")))["result"] == 24);
  CHECK(status_of(sut.ask(send("PUT", "/v1/arrays/" + name, npy_of(2)))) == 403);
  CHECK(status_of(sut.ask(drop(name))) == 403);
  // Nor may a kernel that HTTP calls write them, but where they are published for that.
  const auto before = ours.view()(0, 0);
  CHECK(status_of(sut.ask(call("httparray.scale", "\"" + name + "\", 3"))) == 422);
  CHECK(ours.view()(0, 0) == before);
  sut.where.publish(name + "w", ours, access::write);
  CHECK(status_of(sut.ask(call("httparray.scale", "\"" + name + "w\", 3"))) == 200);
  CHECK(ours.view()(0, 0) == 3 * before);
  // What HTTP had put is HTTP's, what the program publishes under its name later is not.
  CHECK(status_of(sut.ask(send("PUT", "/v1/arrays/" + name + "x", npy_of(2)))) == 201);
  CHECK(status_of(sut.ask(drop(name + "x"))) == 204);
  sut.where.publish(name + "x", ours);
  CHECK(status_of(sut.ask(send("PUT", "/v1/arrays/" + name + "x", npy_of(2)))) == 403);
  CHECK(status_of(sut.ask(drop(name + "x"))) == 403);
}

TEST_CASE("what is wrong with an array is said with a status and what to do, and nothing is left of it") {
  const leaves_nothing end;
  http::server_options how;
  how.limits.array = 1000;
  auto settings = with_workers(1);
  settings.store_limit = std::size_t{2} << 20U;
  const served sut(settings, how);
  const auto npy = npy_of(100);
  struct wrong {
    std::string request;
    int status;
    std::string part; ///< of the detail
  };
  const auto npy_head = npy.substr(0, 128);
  for (const auto& each : std::vector<wrong>{
           {send("PUT", "/v1/arrays/a", "no array at all"), 400, ".npy"},
           {send("PUT", "/v1/arrays/a", npy.substr(0, 900)), 400, "cut"},
           {send("PUT", "/v1/arrays/a", npy + "more"), 400, "follow"},
           {send("PUT", "/v1/arrays/a", npy_of(126)), 413, "1000"},
           {send("PUT", "/v1/arrays/a%20b", npy), 422, "a b"},
           {"PUT /v1/arrays/a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\nhi", 415, "x-npy"},
           {send("PUT", "/v1/arrays/a", ""), 400, "empty"},
           {send("PUT", "/v1/arrays/a", "hello"), 400, "not a .npy"},
           {send("POST", "/v1/kernels/httparray.sum", ""), 400, "empty"},
           {send("POST", "/v1/kernels/httparray.scaled_sum?arg={\"a\":1}", npy), 422, "argument 2"},
           {send("POST", "/v1/kernels/httparray.su", npy), 404, "httparray.sum"},
           {send("POST", "/v1/kernels/httparray.sum?x=1", npy), 400, "'x'"},
           {send("POST", "/v1/kernels/httparray.sum?arg=1", npy), 422, "httparray.sum"},
           {send("POST", "/v1/kernels/httparray.dot?arg=nobody", npy), 422, "nobody"},
           {call("httparray.sum", "\"nobody\""), 422, "nobody"},
           {call("httparray.sum", "{\"array\": 3}"), 422, "argument 1"},
           {send("POST", "/v1/nothing", npy), 404, "openapi"},
           {send("POST", "/v1/arrays/a", npy), 405, "PUT"},
       }) {
    CAPTURE(each.request.substr(0, 100));
    const auto answer = sut.ask(each.request);
    CHECK(status_of(answer) == each.status);
    CHECK(answer.find("Content-Type: application/problem+json\r\n") != std::string::npos);
    const auto what = json_of(answer);
    CHECK(what["detail"].get<std::string>().find(each.part) != std::string::npos);
  }
  CHECK(eventually([&] { return sut.where.memory_now().arrays.blocks == 0; }));
  CHECK(body_of(sut.ask(get("/ping"))) == "pong\n");
}

TEST_CASE("a store that is full is said, and others are served") {
  const leaves_nothing end;
  auto settings = with_workers(1);
  settings.store_limit = std::size_t{4} << 20U;
  const served sut(settings);
  const auto full = sut.ask(send("PUT", "/v1/arrays/a", npy_of(1'000'000)));
  CHECK(status_of(full) == 507);
  CHECK(json_of(sut.ask(send("POST", "/v1/kernels/httparray.sum", npy_of(4))))["result"] == 10);
}

TEST_CASE("however an array comes, cut or in chunks, it is the same, and what follows is answered") {
  const leaves_nothing end;
  const served sut(with_workers(1));
  const auto npy = npy_of(3);
  const auto whole = send("POST", "/v1/kernels/httparray.sum", npy) + get("/ping");
  std::string chunked = "POST /v1/kernels/httparray.sum HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
                        "application/x-npy\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (std::size_t at = 0; at < npy.size(); at += 13) {
    const auto part = npy.substr(at, 13);
    char size[16];
    std::snprintf(size, sizeof size, "%zx\r\n", part.size());
    chunked += size + part + "\r\n";
  }
  chunked += "0\r\n\r\n" + get("/ping");
  for (const auto& all : {whole, chunked})
    for (std::size_t cut = 1; cut < all.size(); cut += 3) {
      CAPTURE(cut);
      tcp_client client(sut.port);
      client.say(all.substr(0, cut));
      client.say(all.substr(cut));
      REQUIRE(json_of(client.hear())["result"] == 6);
      REQUIRE(body_of(client.hear()) == "pong\n");
    }
}

TEST_CASE("a client that goes away in the middle of its array leaves nothing") {
  const leaves_nothing end;
  const served sut(with_workers(1));
  const auto all = send("PUT", "/v1/arrays/a", npy_of(100'000));
  for (int i = 0; i < 10; ++i) {
    tcp_client client(sut.port);
    client.say(all.substr(0, all.size() / 2));
    CHECK(eventually([&] { return sut.where.memory_now().arrays.blocks == 1; }));
    client.hang_up();
    CHECK(eventually([&] { return sut.where.memory_now().arrays.blocks == 0; }));
  }
  // And one whose kernel runs takes the task along.
  auto client = sut.begin(send("POST", "/v1/kernels/httparray.wait_with", npy_of(10)));
  client.hang_up();
  CHECK(eventually([&] { return sut.where.status().withdrawn == 1; }));
  CHECK(eventually([&] { return sut.where.memory_now().arrays.blocks == 0; }));
}

TEST_CASE("a server that ends in the middle of an array says so, and leaves nothing") {
  const leaves_nothing end;
  http::server_options how;
  how.limits.leave_time = 100ms;
  served sut(with_workers(1), how);
  const auto all = send("PUT", "/v1/arrays/a", npy_of(100'000));
  tcp_client client(sut.port);
  client.say(all.substr(0, all.size() / 2));
  CHECK(eventually([&] { return sut.where.memory_now().arrays.blocks == 1; }));
  std::thread ends([&] { sut.door.reset(); });
  CHECK(status_of(client.hear()) == 503);
  client.hang_up();
  ends.join();
  CHECK(eventually([&] { return sut.where.memory_now().arrays.blocks == 0; }));
}

TEST_CASE("others are answered while large arrays come and go") {
  const leaves_nothing end;
  const served sut;
  const auto name = "large" + std::to_string(::getpid());
  const auto large = npy_of(4'000'000); // 32 MB
  tcp_client client(sut.port);
  std::thread sends(
      [&] { client.say(send("PUT", "/v1/arrays/" + name, large) + get("/v1/arrays/" + name)); });
  for (int i = 0; i < 100; ++i)
    CHECK(body_of(sut.ask(get("/ping"))) == "pong\n");
  sends.join();
  CHECK(status_of(client.hear()) == 201);
  CHECK(body_of(client.hear()) == large);
}

TEST_CASE("what comes with too little time is told so when it has come") {
  const leaves_nothing end;
  const served sut(with_workers(1));
  const auto all = send("POST", "/v1/kernels/httparray.sum", npy_of(10), "Pinion-Timeout: 1ns\r\n");
  CHECK(status_of(sut.ask(all)) == 504);
}

TEST_CASE("a route of the program's gets arrays as well, and answers with them") {
  const leaves_nothing end;
  const served sut(with_workers(1), {}, [](http::server& door) {
    door.at_once("POST", "/mirror", [](const http::request& what, const http::pairs&) {
      return what.array ? http::npy(what.array->view()) : http::problem(415, "an array, please");
    });
  });
  CHECK(doubles_in(sut.ask(send("POST", "/mirror", npy_of(3)))) == std::vector<double>{1, 2, 3});
  CHECK(status_of(sut.ask("POST /mirror HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n")) == 415);
}

TEST_CASE("what the head tells is wrong is said before the array comes") {
  const leaves_nothing end;
  const served sut(with_workers(1));
  const auto name = "own" + std::to_string(::getpid());
  auto& where = const_cast<node&>(sut.where);
  where.publish(name, where.zeros<double>({1}));
  const std::string rest = " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-npy\r\nExpect: "
                           "100-continue\r\nContent-Length: 10000000\r\n\r\n";
  CHECK(status_of(sut.ask("PUT /v1/arrays/a%20b" + rest)) == 422);
  CHECK(status_of(sut.ask("PUT /v1/arrays/" + name + rest)) == 403);
  CHECK(status_of(sut.ask("POST /v1/kernels/httparray.su" + rest)) == 404);
  CHECK(status_of(sut.ask("GET /ping" + rest)) == 413);
  CHECK(status_of(sut.ask("POST /v1/kernels/httparray.sum" + rest)) == 100);
}

TEST_CASE("clients may put so many names, and one more is told so") {
  const leaves_nothing end;
  http::server_options how;
  how.limits.names = 2;
  const served sut(with_workers(1), how);
  CHECK(status_of(sut.ask(send("PUT", "/v1/arrays/a", npy_of(2)))) == 201);
  CHECK(status_of(sut.ask(send("PUT", "/v1/arrays/b", npy_of(2)))) == 201);
  CHECK(status_of(sut.ask(send("PUT", "/v1/arrays/c", npy_of(2)))) == 507);
  CHECK(status_of(sut.ask(send("PUT", "/v1/arrays/b", npy_of(3)))) == 200);
  CHECK(status_of(sut.ask(drop("a"))) == 204);
  CHECK(status_of(sut.ask(send("PUT", "/v1/arrays/c", npy_of(2)))) == 201);
}

TEST_CASE("a client that says that it will say no more gets its array all the same") {
  const leaves_nothing end;
  const served sut(with_workers(1));
  REQUIRE(status_of(sut.ask(send("PUT", "/v1/arrays/a", npy_of(100'000)))) == 201);
  tcp_client client(sut.port);
  client.say(get("/v1/arrays/a"));
  client.end_sending();
  CHECK(body_of(client.hear_all()) == npy_of(100'000));
  tcp_client other(sut.port);
  other.say(send("PUT", "/v1/arrays/b", npy_of(2)));
  other.end_sending();
  CHECK(status_of(other.hear_all()) == 201);
}

TEST_CASE("a request behind an array on one connection is answered, however large both are") {
  const leaves_nothing end;
  const served sut(with_workers(1));
  const auto large = npy_of(1'000'000);
  REQUIRE(status_of(sut.ask(send("PUT", "/v1/arrays/a", large))) == 201);
  tcp_client client(sut.port);
  std::thread says(
      [&] { client.say(get("/v1/arrays/a") + send("PUT", "/v1/arrays/b", large) + get("/ping")); });
  CHECK(body_of(client.hear()) == large);
  CHECK(status_of(client.hear()) == 201);
  CHECK(body_of(client.hear()) == "pong\n");
  says.join();
}

TEST_CASE("a large result as JSON says where its elements are") {
  const leaves_nothing end;
  const served sut(with_workers(1));
  const auto told = json_of(sut.ask(send("POST", "/v1/kernels/httparray.doubled", npy_of(1001))))["result"];
  CHECK(told["shape"] == nlohmann::json{1001});
  CHECK(told["note"].get<std::string>().find("application/x-npy") != std::string::npos);
}

TEST_CASE("arrays that are promised and do not come take no memory of the machine") {
  const leaves_nothing end;
  const served sut(with_workers(1));
  const auto all = http::npy(any_view(nullptr, dtype::float64, c_order({1 << 24}), nullptr, false)).body;
  struct statvfs before {};
  struct statvfs now {};
  REQUIRE(::statvfs("/dev/shm", &before) == 0);
  tcp_client client(sut.port);
  client.say(
      "PUT /v1/arrays/a HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-npy\r\nContent-Length: " +
      std::to_string(all.size() + (std::size_t{1} << 27U)) + "\r\n\r\n" + all);
  CHECK(eventually([&] { return sut.where.memory_now().arrays.blocks == 1; }));
  REQUIRE(::statvfs("/dev/shm", &now) == 0);
  // Others may take some meanwhile, but not 128 MiB.
  CHECK(now.f_bavail + (std::uint64_t{64} << 20U) / now.f_frsize > before.f_bavail);
  client.hang_up();
  CHECK(eventually([&] { return sut.where.memory_now().arrays.reserved == 0; }));
}

TEST_CASE("NumPy and curl send arrays and read the answers") {
  const leaves_nothing end;
  const served sut;
  const scratch_directory files("http");
  if (!has_numpy())
    return;
  const auto url = "http://127.0.0.1:" + std::to_string(sut.port);
  const auto name = "np" + std::to_string(::getpid());
  const auto in = (files.path() / "a.npy").string();
  const auto out = (files.path() / "b.npy").string();
  REQUIRE(run_numpy("a = np.arange(24, dtype='>f8').reshape(4, 6).T\nnp.save('" + in + "', a)"));
  CHECK(output_of("curl -sS -o /dev/null -w '%{http_code}' -T " + in +
                  " -H 'Content-Type: application/x-npy' " + url + "/v1/arrays/" + name) == "201");
  CHECK(output_of("curl -sS -o " + out + " -w '%{http_code}' " + url + "/v1/arrays/" + name) == "200");
  CHECK(run_numpy("assert (np.load('" + in + "') == np.load('" + out + "')).all()"));
  const auto sum = output_of("curl -sS --data-binary @" + in + " -H 'Content-Type: application/x-npy' " +
                             url + "/v1/kernels/httparray.sum");
  CHECK(nlohmann::json::parse(sum)["result"] == 276);
}

TEST_CASE("who asks for an array of a kernel that gives nothing has the one that it wrote") {
  const leaves_nothing end;
  const served sut;
  const auto from = npy_of(4);
  auto to = npy_of(4);
  to.replace(to.size() - 32, 32, std::string(32, '\0'));
  CHECK(status_of(sut.ask(send("PUT", "/v1/arrays/from", from))) == 201);
  CHECK(status_of(sut.ask(send("PUT", "/v1/arrays/to", to))) == 201);
  CHECK(body_of(sut.ask(call("httparray.copy_to", "\"from\", \"to\"", as_npy))) == from);
  CHECK(body_of(sut.ask(get("/v1/arrays/to"))) == from);
  CHECK(status_of(sut.ask(send("PUT", "/v1/arrays/to", to))) == 200);
  CHECK(body_of(sut.ask(send("POST", "/v1/kernels/httparray.copy_to?arg=to", from, as_npy))) == from);
  sut.ask(drop("from"));
  sut.ask(drop("to"));
}

TEST_CASE("an array is put and dropped under the conditions that a client makes") {
  const leaves_nothing end;
  const served sut;
  const auto put = [&](const std::string& fields, const std::string& query = "") {
    return status_of(sut.ask(send("PUT", "/v1/arrays/a" + query, npy_of(4), fields)));
  };
  CHECK(put("If-Match: *\r\n") == 412);
  CHECK(put("If-None-Match: *\r\n") == 201);
  CHECK(put("If-None-Match: *\r\n") == 412);
  CHECK(put("If-Match: *\r\n") == 200);
  CHECK(put("If-Match: \"tag\"\r\n") == 412);
  CHECK(put("If-None-Match: \"tag\"\r\n") == 200);
  CHECK(put("Content-Range: bytes 0-10/100\r\n") == 400);
  CHECK(put("", "?order=F") == 400);
  const auto remove = [&](const std::string& fields) {
    return status_of(sut.ask("DELETE /v1/arrays/a HTTP/1.1\r\nHost: localhost\r\n" + fields + "\r\n"));
  };
  CHECK(remove("If-Match: \"tag\"\r\n") == 412);
  CHECK(remove("If-Match: *\r\n") == 204);
  CHECK(remove("If-Match: *\r\n") == 412);
}

TEST_CASE("of those who put what is not there yet at once, one does") {
  const leaves_nothing end;
  const served sut;
  const auto whole = send("PUT", "/v1/arrays/a", npy_of(4), "If-None-Match: *\r\n");
  tcp_client one(sut.port);
  tcp_client other(sut.port);
  for (auto* each : {&one, &other}) // both bodies have begun
    each->say(whole.substr(0, whole.size() - 1));
  CHECK(eventually([&] { return sut.where.memory_now().arrays.blocks == 2; }));
  one.say(whole.substr(whole.size() - 1));
  CHECK(status_of(one.hear()) == 201);
  other.say(whole.substr(whole.size() - 1));
  CHECK(status_of(other.hear()) == 412);
  sut.ask(drop("a"));
}
