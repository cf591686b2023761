// `pinion node --http`: what it says, what it is told, how it ends, and what a large array costs it.
#include <doctest/doctest.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <vector>

#include <sys/statvfs.h>

#include <support/leaves_nothing.hpp>
#include <support/named_node.hpp>
#include <support/scratch_directory.hpp>

#include "http_stage.hpp"

using namespace pinion;
using namespace pinion::test;

namespace {

struct web_node {
  explicit web_node(const std::vector<std::string>& more = {}, const std::string& limit = "")
      : sut(names, [&] {
          std::vector<std::string> all{
              program,  "node",        "--name",    "web" + std::to_string(::getpid()),
              "--http", "127.0.0.1:0", "--workers", "1"};
          all.insert(all.end(), more.begin(), more.end());
          if (!limit.empty())
            all.insert(all.begin(), {"/bin/sh", "-c", limit + "; exec \"$@\"", "sh"});
          return all;
        }()) {
    const std::string begin = "HTTP at http://127.0.0.1:";
    const auto text = sut.node.out();
    REQUIRE(text.find(begin) != std::string::npos);
    port = static_cast<std::uint16_t>(std::stoi(text.substr(text.find(begin) + begin.size())));
  }

  std::string ask(const std::string& request) const {
    tcp_client client(port);
    client.say(request);
    return client.hear();
  }

  own_names names;
  running_node sut;
  std::uint16_t port = 0;
};

// Of a process, in bytes: the most that it ever had in memory.
std::uint64_t peak_of(pid_t pid) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/status");
  std::uint64_t kib = 0;
  for (std::string word; status >> word;)
    if (word == "VmHWM:")
      status >> kib;
  return kib * 1024;
}

// What a test may put into /dev/shm: a quarter of the memory that is free there and everywhere.
std::uint64_t room() {
  struct statvfs shm {};
  REQUIRE(::statvfs("/dev/shm", &shm) == 0);
  const auto free_here = std::uint64_t{shm.f_bavail} * shm.f_frsize;
  std::ifstream facts("/proc/meminfo");
  std::uint64_t kib = 0;
  for (std::string word; facts >> word;)
    if (word == "MemAvailable:")
      facts >> kib;
  return std::min(free_here / 2, kib * 1024 / 4);
}

} // namespace

TEST_CASE("an array of a GiB costs the node the array, and no memory of its own") {
  const leaves_nothing end;
  auto size = std::uint64_t{1} << 30U;
  while (size > room())
    size /= 2;
  if (size < (std::uint64_t{1} << 30U))
    MESSAGE("for lack of memory with " << (size >> 20U) << " MiB");
  const web_node sut;
  REQUIRE(status_of(sut.ask(get("/v1/arrays"))) == 200);
  const auto before = peak_of(sut.sut.node.pid());
  const auto elements = static_cast<std::int64_t>(size / 8);
  const auto head = http::npy(any_view(nullptr, dtype::float64, c_order({elements}), nullptr, false)).body;
  tcp_client client(sut.port);
  client.say("POST /v1/kernels/sum HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-npy\r\n"
             "Content-Length: " +
             std::to_string(head.size() + size) + "\r\n\r\n" + head);
  const std::vector<double> ones(std::size_t{1} << 17U, 1);
  const std::string_view piece(reinterpret_cast<const char*>(ones.data()), ones.size() * 8);
  for (std::uint64_t sent = 0; sent < size; sent += piece.size())
    client.say(piece);
  CHECK(json_of(client.hear(std::chrono::seconds{60}))["result"] == static_cast<double>(elements));
  CHECK(peak_of(sut.sut.node.pid()) - before < (std::uint64_t{32} << 20U));
}

TEST_CASE("without a descriptor left an array is refused at once, and taken when there is one again") {
  const leaves_nothing end;
  constexpr std::size_t limit = 120;
  const web_node sut({}, "ulimit -n " + std::to_string(limit));
  const auto files = fs::path("/proc") / std::to_string(sut.sut.node.pid()) / "fd";
  // Beyond the limit lies what it may have inherited.
  const auto open = [&] {
    return static_cast<std::size_t>(
        std::count_if(fs::directory_iterator(files), fs::directory_iterator(),
                      [](const auto& each) { return std::stoul(each.path().filename()) < limit; }));
  };
  const std::string npy =
      http::npy(any_view(nullptr, dtype::float64, c_order({1}), nullptr, false)).body + "12345678";
  const auto put =
      "PUT /v1/arrays/a HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-npy\r\nContent-Length: " +
      std::to_string(npy.size()) + "\r\n\r\n" + npy;
  tcp_client client(sut.port);
  client.say(put);
  REQUIRE(status_of(client.hear()) == 201);
  std::vector<tcp_client> others;
  while (open() < limit) {
    others.emplace_back(sut.port);
    others.back().say(get("/ping"));
    REQUIRE(status_of(others.back().hear()) == 200);
  }
  client.say(get("/v1/arrays/a"));
  CHECK(status_of(client.hear()) == 503);
  client.say(put);
  CHECK(status_of(client.hear()) == 503);
  others.clear();
  CHECK(eventually([&] { return open() + 10 < limit; }));
  CHECK(status_of(sut.ask(put)) == 200);
}

TEST_CASE("on SIGTERM a node answers what is at hand, lets viewers go, and ends with 0") {
  const leaves_nothing end;
  web_node sut;
  tcp_client viewer(sut.port);
  viewer.say(get("/v1/events"));
  REQUIRE(status_of(viewer.hear()) == 200);
  tcp_client idle(sut.port);
  idle.say(get("/ping"));
  REQUIRE(status_of(idle.hear()) == 200);
  tcp_client client(sut.port);
  client.say(call("fib", "32"));
  // It has come: a request behind it on another connection was answered, or it is done already.
  CHECK(eventually([&] {
    const auto now = json_of(sut.ask(get("/v1/status")));
    return now["sent"] == 1 || now["done"] == 1;
  }));
  sut.sut.node.signal(SIGTERM);
  CHECK(json_of(client.hear())["result"] == 2178309);
  CHECK(viewer.closed());
  CHECK(idle.closed());
  CHECK(sut.sut.node.wait() == 0);
}

TEST_CASE("a signal that comes again changes nothing: what is at hand is answered, and all ends with 0") {
  const leaves_nothing end;
  web_node sut;
  tcp_client client(sut.port);
  client.say(call("sleep", "2"));
  REQUIRE(eventually([&] { return json_of(sut.ask(get("/v1/status")))["sent"] == 1; }));
  sut.sut.node.signal(SIGTERM);
  CHECK(eventually([&] {
    try {
      const tcp_client late(sut.port);
      return false;
    } catch (const std::runtime_error&) {
      return true;
    }
  }));
  sut.sut.node.signal(SIGTERM);
  sut.sut.node.signal(SIGINT);
  CHECK(json_of(client.hear())["kernel"] == "sleep");
  CHECK(sut.sut.node.wait() == 0);
}

TEST_CASE("a port alone is this machine's, and an open one is said on standard error") {
  const leaves_nothing end;
  const own_names names;
  const auto said = [&](const std::string& where) {
    const running_node sut(names, {program, "node", "--name", "door" + std::to_string(::getpid()),
                                   "--workers", "1", "--http", where});
    return std::pair{sut.node.out(), sut.node.err()};
  };
  const auto [own, nothing] = said("0");
  CHECK(own.find("HTTP at http://127.0.0.1:") != std::string::npos);
  CHECK(nothing.empty());
  const auto [wide, warning] = said("*:0");
  CHECK(wide.find("127.0.0.1") == std::string::npos);
  CHECK(warning.find("--http-token FILE") != std::string::npos);
}

TEST_CASE("limits of the server are set by its flags") {
  const leaves_nothing end;
  const web_node sut({"--http-body", "1KiB", "--http-connections", "3", "--http-array", "2KiB"});
  CHECK(status_of(sut.ask(call("fib", "1" + std::string(2000, ' ')))) == 413);
  const auto large = http::npy(any_view(nullptr, dtype::float64, c_order({1000}), nullptr, false)).body;
  CHECK(status_of(sut.ask("POST /v1/kernels/sum HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
                          "application/x-npy\r\nContent-Length: " +
                          std::to_string(large.size() + 8000) + "\r\n\r\n" + large)) == 413);
  tcp_client a(sut.port);
  tcp_client b(sut.port);
  tcp_client c(sut.port);
  for (auto* each : {&a, &b, &c}) {
    each->say(get("/ping"));
    CHECK(status_of(each->hear()) == 200);
  }
  tcp_client d(sut.port);
  CHECK(status_of(d.hear()) == 503);
}

TEST_CASE("flags that make no sense are wrong usage, in one line that says what would") {
  const leaves_nothing end;
  const own_names names;
  const scratch_directory files("web");
  std::ofstream(files.path() / "empty").close();
  std::ofstream(files.path() / "words") << "two words\n";
  struct wrong {
    std::vector<std::string> words;
    std::string part;
  };
  for (const auto& each : std::vector<wrong>{
           {{"--http"}, "--http"},
           {{"--http", "here"}, "write HOST:PORT"},
           {{"--http", "127.0.0.1:70000"}, "70000"},
           {{"--http", "nowhere.invalid:80"}, "nowhere.invalid"},
           {{"--http-body", "1KiB"}, "--http as well"},
           {{"--http-token", "x"}, "--http as well"},
           {{"--http", "127.0.0.1:0", "--http-body", "0"}, "--http-body: '0' is not a size"},
           {{"--http", "127.0.0.1:0", "--http-body", "much"}, "'much' is not a size such as 64MiB"},
           {{"--http", "127.0.0.1:0", "--http-connections", "-1"}, "'-1' is not a whole number"},
           {{"--http", "127.0.0.1:0", "--http-connections", "99999999999999999999"}, "is not a whole number"},
           {{"--http", "127.0.0.1:0", "--http-idle", "60"}, "'60' is not a time such as 10s"},
           {{"--http", "127.0.0.1:0", "--http-token", (files.path() / "none").string()}, "none"},
           {{"--http", "127.0.0.1:0", "--http-token", (files.path() / "empty").string()}, "empty"},
           {{"--http", "127.0.0.1:0", "--http-token", (files.path() / "words").string()}, "words"},
           {{"--http", "127.0.0.1:0", "--http-token", files.path().string()}, files.path().string()},
       }) {
    auto words = each.words;
    words.insert(words.begin(), "node");
    std::string out;
    std::string err;
    CAPTURE(each.words.back());
    CHECK(run(words, names, &out, &err) == 2);
    CHECK(out.empty());
    CHECK(err.find(each.part) != std::string::npos);
    CHECK(std::count(err.begin(), err.end(), '\n') == 1);
  }
}
