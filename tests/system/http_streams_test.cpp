// Answers in pieces whose clients are slow.
#include <doctest/doctest.h>

#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <pinion/pinion.hpp>

#include <support/leaves_nothing.hpp>
#include <support/tcp_client.hpp>

#include "http_stage.hpp"

using namespace pinion;
using namespace pinion::test;
using namespace std::chrono_literals;

namespace {

// Exchanges that are begun and left to the test, by the order in which they were asked for.
struct begun {
  void add_to(http::server& door) {
    door.get("/begin", [this](caf::event_based_actor*, const http::exchange& request) {
      request.begin(http::text(""));
      const std::lock_guard lock(mutex);
      all.push_back(request);
    });
  }
  http::exchange wait_for(std::size_t which) {
    REQUIRE(eventually([&] {
      const std::lock_guard lock(mutex);
      return all.size() > which;
    }));
    const std::lock_guard lock(mutex);
    return all[which];
  }

  std::mutex mutex;
  std::vector<http::exchange> all; ///< guarded by mutex
};

const std::string whole_mib(1 << 20, 'x');
const std::string small_piece(1000, 'x');

} // namespace

TEST_CASE("a client that reads slowly what was said in one go is told what is said later") {
  const leaves_nothing end;
  http::server_options how;
  how.limits.stall_time = 100ms;
  begun routes;
  const served sut(with_workers(1), how, [&](http::server& door) { routes.add_to(door); });
  tcp_client client(sut.port);
  client.say(get("/begin", "Connection: close\r\n"));
  const auto answer = routes.wait_for(0);
  const std::string much(std::size_t{16} << 20U, 'x');
  answer.say(much);
  // When what was said has come to the connection, as what comes after it has.
  const auto left = [&] {
    CHECK(status_of(sut.ask(get("/ping"))) == 200);
    return answer.unsent();
  };
  std::string heard;
  // It is behind all the while, and each time has read some since it was looked at last.
  std::size_t pieces = 0;
  for (auto behind = left(); behind > 4 * whole_mib.size(); behind = left()) {
    std::this_thread::sleep_for(2 * how.limits.stall_time);
    do {
      heard += client.hear_bytes(500'000);
    } while (answer.unsent() >= behind);
    answer.say(small_piece);
    ++pieces;
  }
  CHECK(pieces > 0);
  answer.end();
  heard += client.hear_all();
  CHECK(unchunked(heard).size() == much.size() + pieces * small_piece.size());
}

TEST_CASE("clients that are behind cost no more than they may together, and no others") {
  const leaves_nothing end;
  http::server_options how;
  how.limits.backlog = 4 << 20;
  begun routes;
  const served sut(with_workers(1), how, [&](http::server& door) { routes.add_to(door); });
  tcp_client reader(sut.port);
  reader.say(get("/begin", "Connection: close\r\n"));
  const auto read = routes.wait_for(0);
  std::vector<tcp_client> slow;
  std::string heard;
  std::size_t said = 0;
  for (std::size_t i = 1; i <= 4; ++i) {
    slow.emplace_back(sut.port);
    slow.back().say(get("/begin"));
    const auto to = routes.wait_for(i);
    for (int mib = 0; mib < 16; ++mib) // more than the sockets and the limit take
      to.say(whole_mib);
    CHECK(eventually([&] { return to.unsent() == 0; })); // it is gone
    // Meanwhile the others are told what there is.
    read.say(small_piece);
    said += small_piece.size();
    CHECK(eventually([&] { return read.unsent() == 0; }));
  }
  read.end();
  CHECK(unchunked(reader.hear_all()).size() == said);
  // Their room is free again.
  tcp_client late(sut.port);
  late.say(get("/begin", "Connection: close\r\n"));
  const auto last = routes.wait_for(5);
  for (int mib = 0; mib < 3; ++mib)
    last.say(whole_mib);
  last.end();
  CHECK(unchunked(late.hear_all()).size() == 3 * whole_mib.size());
}

TEST_CASE("who looks at what is unsent may say as much as there is") {
  const leaves_nothing end;
  http::server_options how;
  how.limits.backlog = 1 << 20;
  how.limits.unread = 100'000;
  constexpr std::size_t count = 5000;
  const served sut(with_workers(1), how, [&](http::server& door) {
    door.get("/much", [&](caf::event_based_actor* self, const http::exchange& request) {
      request.begin(http::text(""));
      const std::string piece(10'000, 'x');
      self->become([=, said = std::size_t{0}](caf::ok_atom) mutable {
        while (said < count && request.unsent() < 200'000) {
          request.say(piece);
          ++said;
        }
        if (said < count)
          self->delayed_send(self, 1ms, caf::ok_atom_v);
        else
          self->quit();
      });
      self->send(self, caf::ok_atom_v);
    });
  });
  tcp_client client(sut.port);
  client.say(get("/much", "Connection: close\r\n"));
  CHECK(unchunked(client.hear_all()).size() == count * 10'000);
}

TEST_CASE("nothing is unsent to a client that is gone, or whose server is") {
  const leaves_nothing end;
  begun routes;
  std::optional<http::exchange> answer;
  {
    const served sut(with_workers(1), {}, [&](http::server& door) { routes.add_to(door); });
    std::optional<tcp_client> client(sut.port);
    client->say(get("/begin"));
    const auto first = routes.wait_for(0);
    first.say(whole_mib);
    client.reset();
    CHECK(eventually([&] { return first.unsent() == 0; }));
    first.say(whole_mib);
    CHECK(eventually([&] { return first.unsent() == 0; }));
    client.emplace(sut.port);
    client->say(get("/begin"));
    answer = routes.wait_for(1);
    for (int i = 0; i < 16; ++i)
      answer->say(whole_mib);
    CHECK(answer->unsent() > 0);
    routes.all.clear();
  }
  CHECK(answer->unsent() == 0);
  answer->say(whole_mib);
  CHECK(answer->unsent() == 0);
}
