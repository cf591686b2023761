// A server, its connection actors and its porter, under clients that send whatever they like.
#include <doctest/doctest.h>

#include <filesystem>
#include <random>

#include <sys/socket.h>

#include <pinion/pinion.hpp>

#include <support/files.hpp>
#include <support/hold.hpp>
#include <support/leaves_nothing.hpp>
#include <support/seed.hpp>

#include "http_stage.hpp"

using namespace pinion;
using namespace pinion::test;
using namespace std::chrono_literals;

namespace {

double torture_sum(view<const double> a) {
  double result = 0;
  for (const auto each : a)
    result += each;
  return result;
}
std::int64_t torture_wait(context& run) {
  hold(run);
  return 1;
}

// What the fuzzer keeps, and requests of each kind that a server has.
std::vector<std::string> seeds() {
  std::vector<std::string> result;
  for (const auto& each :
       std::filesystem::directory_iterator(PINION_SOURCE_DIR "/tests/fuzz/corpus/http_session"))
    result.push_back(read_file(each.path()).substr(2)); // behind how the fuzzer cuts it
  const auto npy = http::npy(any_view(nullptr, dtype::float64, c_order({500}), nullptr, false)).body +
                   std::string(4000, '\0');
  const std::string array = " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-npy\r\n";
  const auto sized = array + "Content-Length: " + std::to_string(npy.size()) + "\r\n\r\n" + npy;
  for (const auto& each : {"PUT /v1/arrays/a" + sized, "POST /v1/kernels/torture.sum" + sized,
                           "POST /v1/kernels/torture.sum" + array +
                               "Transfer-Encoding: chunked\r\n\r\n1148\r\n" + npy + "\r\n0\r\n\r\n",
                           call("torture.wait", ""), get("/v1/arrays/a"), get("/v1/events"), get("/metrics"),
                           get("/"), std::string("DELETE /v1/arrays/a HTTP/1.1\r\nHost: localhost\r\n\r\n")})
    for (int i = 0; i < 8; ++i) // as likely as the others
      result.push_back(each);
  return result;
}

template <class Random>
void spoil(std::string& bytes, Random& random) {
  for (auto many = between(random, 0, 3); many > 0 && !bytes.empty(); --many) {
    const auto at = static_cast<std::size_t>(between(random, 0, static_cast<std::int64_t>(bytes.size()) - 1));
    switch (between(random, 0, 3)) {
    case 0:
      bytes[at] = static_cast<char>(between(random, 0, 255));
      break;
    case 1:
      bytes.erase(at, static_cast<std::size_t>(between(random, 1, 20)));
      break;
    case 2:
      bytes.insert(at, bytes.substr(at / 2, static_cast<std::size_t>(between(random, 1, 20))));
      break;
    default:
      bytes.resize(at);
    }
  }
}

void reset(const tcp_client& client) {
  const linger now{1, 0};
  ::setsockopt(client.descriptor(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
}

} // namespace

PINION_KERNELS(k) {
  k.add("torture.sum", torture_sum);
  k.add("torture.wait", torture_wait);
}

TEST_CASE("whatever clients send, however it is cut and ends, others are served and nothing of it is kept") {
  const leaves_nothing end;
  CAPTURE(seed());
  std::mt19937_64 random(seed());
  http::server_options how;
  how.limits.body_time = how.limits.linger_time = 300ms;
  how.limits.head_time = 1s; // the pings are to have it as well
  how.limits.array = std::size_t{1} << 20U;
  served sut(with_workers(1), how);
  const auto all = seeds();
  for (int round = 0; round < 40; ++round) {
    CAPTURE(round);
    std::vector<tcp_client> clients;
    for (int i = 0; i < 10; ++i)
      clients.emplace_back(sut.port);
    for (auto& client : clients) {
      std::string bytes;
      for (auto many = between(random, 1, 3); many > 0; --many) {
        auto next =
            all[static_cast<std::size_t>(between(random, 0, static_cast<std::int64_t>(all.size()) - 1))];
        if (between(random, 0, 1) == 0)
          spoil(next, random);
        bytes += next;
      }
      while (!bytes.empty()) {
        const auto size = static_cast<std::size_t>(between(random, 1, 2000));
        client.say(bytes.substr(0, size));
        bytes.erase(0, size);
      }
      switch (between(random, 0, 3)) {
      case 0:
        client.end_sending();
        break;
      case 1:
        reset(client);
        client.hang_up();
        break;
      case 2:
        client.hang_up();
        break;
      default: // goes with its round
        break;
      }
    }
    CHECK(body_of(sut.ask(get("/ping"))) == "pong\n");
  }
  // What was sent in whole may come to its end only now, under a name that was spoilt.
  CHECK(eventually([&] {
    for (const auto& each : json_of(sut.ask(get("/v1/arrays"))))
      sut.ask("DELETE /v1/arrays/" + each["name"].get<std::string>() +
              " HTTP/1.1\r\nHost: localhost\r\n\r\n");
    const auto now = sut.where.status();
    return now.queued + now.sent == 0 && sut.where.memory_now().arrays.blocks == 0;
  }));
  tcp_client viewer(sut.port);
  viewer.say(get("/v1/events"));
  viewer.hear();
  const auto alone = [&] {
    const auto text = viewer.hear_until("\n\n");
    return text.find("\"http\":{\"connections\":1}") != std::string::npos;
  };
  CHECK(eventually(alone));
}
