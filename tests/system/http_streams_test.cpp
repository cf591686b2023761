// Answers in pieces whose clients are slow.
#include <doctest/doctest.h>

#include <malloc.h>

#include <atomic>
#include <chrono>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <pinion/pinion.hpp>

#include <support/hold.hpp>
#include <support/leaves_nothing.hpp>
#include <support/look_again.hpp>
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
// Of a client whose socket is to take little.
constexpr int small_window = 64 * 1024;

double half_of(double x) { return x / 2; }
std::int64_t wait_long(context& run) {
  hold(run);
  return 1;
}

} // namespace

PINION_KERNELS(k) {
  k.add("streams.half", half_of);
  k.add("streams.wait", wait_long);
}

TEST_CASE("a client that reads slowly what was said in one go is told what is said later") {
  const leaves_nothing end;
  http::server_options how;
  how.limits.stall_time = 300ms;
  begun routes;
  const served sut(with_workers(1), how, [&](http::server& door) { routes.add_to(door); });
  tcp_client client(sut.port, small_window);
  client.say(get("/begin", "Connection: close\r\n"));
  const auto answer = routes.wait_for(0);
  const std::string much(std::size_t{16} << 20U, 'x');
  answer.say(much);
  std::string heard;
  // It takes less than what makes the loop offer its socket more.
  std::size_t pieces = 0;
  for (auto last = std::chrono::steady_clock::now(); pieces < 8; ++pieces) {
    while (std::chrono::steady_clock::now() < last + how.limits.stall_time)
      look_again();
    last = std::chrono::steady_clock::now();
    heard += client.hear_bytes(200'000);
    // What it has taken is offered to the socket when the next piece comes, and no time has passed since.
    CHECK(status_of(sut.ask(get("/ping"))) == 200);
    answer.say(small_piece);
    CHECK(status_of(sut.ask(get("/ping"))) == 200);
    CHECK_FALSE(answer.gone());
  }
  CHECK(answer.unsent() > how.limits.unread);
  answer.end();
  heard += client.hear_all();
  CHECK(unchunked(heard).size() == much.size() + pieces * small_piece.size());
}

TEST_CASE("when clients are behind by more than they may together, who is behind most is let go") {
  const leaves_nothing end;
  http::server_options how;
  how.limits.backlog = 8 << 20;
  begun routes;
  const served sut(with_workers(1), how, [&](http::server& door) { routes.add_to(door); });
  tcp_client reader(sut.port);
  reader.say(get("/begin", "Connection: close\r\n"));
  const auto read = routes.wait_for(0);
  tcp_client one(sut.port, small_window);
  one.say(get("/begin", "Connection: close\r\n"));
  const auto some = routes.wait_for(1);
  some.say(std::string(std::size_t{14} << 20U, 'x'));
  some.end();
  std::size_t said = 0;
  std::vector<tcp_client> slow;
  for (std::size_t i = 2; i <= 4; ++i) {
    slow.emplace_back(sut.port, small_window);
    slow.back().say(get("/begin"));
    const auto to = routes.wait_for(i);
    to.say(std::string(std::size_t{16} << 20U, 'x')); // whoever is not behind is told all
    CHECK(status_of(sut.ask(get("/ping"))) == 200);   // and what was said has come
    CHECK_FALSE(to.gone());
    read.say(small_piece);
    to.say(small_piece);
    CHECK(eventually([&] { return to.gone(); }));
    said += small_piece.size();
  }
  // One that is behind with an answer that has ended goes the same way, and makes room for who comes later.
  slow.emplace_back(sut.port, small_window);
  slow.back().say(get("/begin", "Connection: close\r\n"));
  const auto last = routes.wait_for(5);
  for (int mib = 0; mib < 7; ++mib)
    last.say(whole_mib);
  CHECK(eventually([&] { return some.gone(); }));
  CHECK_FALSE(last.gone());
  last.end();
  CHECK(unchunked(slow.back().hear_all()).size() == 7 * whole_mib.size());
  CHECK(unchunked(one.hear_all()) == "not whole");
  read.end();
  CHECK(unchunked(reader.hear_all()).size() == said);
}

TEST_CASE("a stream whose client has read all keeps no more than a little of what it was") {
  const leaves_nothing end;
  begun routes;
  const served sut(with_workers(1), {}, [&](http::server& door) { routes.add_to(door); });
  constexpr std::size_t count = 5;
  std::vector<tcp_client> all;
  const auto kept = [] {
    const auto now = ::mallinfo2();
    return now.uordblks + now.hblkhd;
  };
  const auto before = kept();
  for (std::size_t i = 0; i < count; ++i) {
    all.emplace_back(sut.port);
    all.back().say(get("/begin"));
    const auto answer = routes.wait_for(i);
    for (int mib = 0; mib < 8; ++mib)
      answer.say(whole_mib);
    all.back().hear_until("\r\n\r\n");
    all.back().pass_over(8 * whole_mib.size()); // and what is left of it in the sockets
    CHECK(eventually([&] { return answer.unsent() == 0; }));
  }
  CHECK(eventually([&] { return kept() < before + count * whole_mib.size(); }));
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
          request.end();
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
    CHECK_FALSE(first.gone());
    client.reset();
    CHECK(eventually([&] { return first.gone(); }));
    first.say(whole_mib);
    CHECK(first.unsent() == 0);
    client.emplace(sut.port, small_window);
    client->say(get("/begin"));
    answer = routes.wait_for(1);
    for (int i = 0; i < 16; ++i)
      answer->say(whole_mib);
    CHECK(answer->unsent() > 0);
    routes.all.clear();
  }
  CHECK(answer->gone());
  CHECK(answer->unsent() == 0);
  answer->say(whole_mib);
  CHECK(answer->unsent() == 0);
}

TEST_CASE("who asks for the head alone of an answer in pieces is gone behind it") {
  const leaves_nothing end;
  begun routes;
  const served sut(with_workers(1), {}, [&](http::server& door) { routes.add_to(door); });
  tcp_client client(sut.port);
  client.say("HEAD /begin HTTP/1.1\r\nHost: localhost\r\n\r\n" + get("/ping"));
  const auto answer = routes.wait_for(0);
  CHECK(eventually([&] { return answer.gone(); }));
  answer.say(whole_mib);
  CHECK(answer.unsent() == 0);
  CHECK(client.hear_until("pong\n").find("\r\n\r\nHTTP/1.1 200 OK\r\n") != std::string::npos);
}

TEST_CASE("an answer in pieces that does not come to its end is no whole one to its client") {
  const leaves_nothing end;
  served sut(with_workers(1), {}, [&](http::server& door) {
    door.get("/thrown", [](caf::event_based_actor*, const http::exchange& request) {
      request.begin(http::text(""));
      request.say("piece");
      throw std::runtime_error("broken");
    });
    door.get("/left", [](caf::event_based_actor*, const http::exchange& request) {
      request.begin(http::text(""));
      request.say("piece");
    });
    door.get("/answered", [](caf::event_based_actor*, const http::exchange& request) {
      request.begin(http::text(""));
      request.say("piece");
      request.answer(http::problem(500, "too late"));
      request.end();
    });
    door.get("/later", [](caf::event_based_actor* self, const http::exchange& request) {
      request.begin(http::text(""));
      request.say("piece");
      self->become([request](caf::ok_atom) { throw std::runtime_error("broken"); });
      self->send(self, caf::ok_atom_v);
    });
  });
  for (const auto* path : {"/thrown", "/left", "/answered", "/later"}) {
    CAPTURE(std::string(path));
    tcp_client client(sut.port);
    client.say(get(path) + get("/ping"));
    const auto heard = client.hear_all();
    CHECK(status_of(heard) == 200);
    CHECK(heard.find("piece") != std::string::npos);
    CHECK(unchunked(heard) == "not whole");
    CHECK(heard.find("pong") == std::string::npos);
  }
  const auto url = "http://127.0.0.1:" + std::to_string(sut.port) + "/thrown";
  CHECK(output_of("curl -s " + url + " >/dev/null; echo $?") == "18\n"); // a partial file
}

TEST_CASE(
    "an answer that several threads give, begin and end at once comes to its end one way or the other") {
  const leaves_nothing end;
  begun routes;
  const served sut(with_workers(1), {}, [&](http::server& door) {
    door.get("/given", [&](caf::event_based_actor*, const http::exchange& request) {
      const std::lock_guard lock(routes.mutex);
      routes.all.push_back(request);
    });
  });
  constexpr int rounds = 300;
  std::atomic<int> turn{0};      // written by both threads below
  std::atomic<bool> over{false}; // written by this thread
  const auto given = [&](std::size_t round) {
    std::optional<http::exchange> result;
    while (!result && !over) {
      const std::lock_guard lock(routes.mutex);
      if (routes.all.size() > round)
        result = routes.all[round];
    }
    return result;
  };
  const auto give = [&](int who) {
    for (int round = 0; round < rounds; ++round) {
      const auto what = given(static_cast<std::size_t>(round));
      ++turn;
      while (turn < 2 * round + 2 && !over)
        std::this_thread::yield();
      if (over)
        return;
      if (who == 0) {
        what->begin(http::text(""));
        what->end();
      } else if (round % 2 == 0) {
        what->answer(http::text("whole"));
      } else {
        what->end();
      }
    }
  };
  const std::jthread one(give, 0);
  const std::jthread other(give, 1);
  for (int round = 0; round < rounds && !over; ++round) {
    tcp_client client(sut.port);
    client.say(get("/given", "Connection: close\r\n"));
    CHECK(status_of(client.hear_all()) == 200);
    over = !client.closed(0ms); // it did not come to its end
  }
  CHECK_FALSE(over);
  over = true;
}

TEST_CASE("a request whose exchange goes with what is thrown and caught by its route is answered") {
  const leaves_nothing end;
  const served sut(with_workers(1), {}, [](http::server& door) {
    door.get("/swallowed", [](caf::event_based_actor* self, const http::exchange& request) {
      auto kept = std::make_shared<std::optional<http::exchange>>(request);
      self->become([kept](caf::ok_atom) {
        try {
          const auto last = std::move(**kept);
          kept->reset();
          throw std::runtime_error("broken");
        } catch (const std::exception&) {
        }
      });
      self->send(self, caf::ok_atom_v);
    });
  });
  const auto heard = sut.ask(get("/swallowed"));
  CHECK(status_of(heard) == 500);
  CHECK(json_of(heard)["detail"] == "/swallowed: its handler ended without an answer");
}

TEST_CASE("what a route's actor throws later is the answer, as what it throws at once") {
  const leaves_nothing end;
  node* where = nullptr;
  const served sut(with_workers(1), {}, [&](http::server& door) {
    door.get("/then", [&](caf::event_based_actor* self, const http::exchange& request) {
      ask<double>(self, *where, "streams.half", 1.0)
          .then([request](double) { throw std::invalid_argument("not this one"); }, [](const caf::error&) {});
    });
    door.get("/message", [&](caf::event_based_actor* self, const http::exchange& request) {
      self->become([request](caf::ok_atom) { throw std::domain_error("nor that one"); });
      self->send(self, caf::ok_atom_v);
    });
    door.get("/other", [&](caf::event_based_actor* self, const http::exchange& request) {
      self->become([request](caf::ok_atom) { throw std::runtime_error("broken"); });
      self->send(self, caf::ok_atom_v);
    });
  });
  where = const_cast<node*>(&sut.where);
  CHECK(json_of(sut.ask(get("/then")))["detail"] == "not this one");
  CHECK(status_of(sut.ask(get("/then"))) == 422);
  CHECK(json_of(sut.ask(get("/message")))["detail"] == "nor that one");
  CHECK(json_of(sut.ask(get("/other")))["status"] == 500);
}

TEST_CASE("who goes away from a route of the program's takes its tasks along") {
  const leaves_nothing end;
  node* where = nullptr;
  served sut(with_workers(2), {}, [&](http::server& door) {
    door.get("/many", [&](caf::event_based_actor* self, const http::exchange& request) {
      for (int i = 0; i < 10; ++i)
        ask<std::int64_t>(self, *where, "streams.wait")
            .then([request](std::int64_t) { request.answer(http::text("done")); },
                  [request](const caf::error& why) { request.answer(http::problem(why)); });
      ask_hedged(1ms, ask<std::int64_t>(self, *where, "streams.wait"),
                 ask<std::int64_t>(self, *where, "streams.wait"))
          .then([request](std::int64_t) {}, [](const caf::error&) {});
    });
    const auto three = [&](caf::event_based_actor* self, const http::exchange& request) {
      for (int i = 0; i < 3; ++i)
        ask<std::int64_t>(self, *where, "streams.wait")
            .then([request](std::int64_t) {}, [](const caf::error&) {});
    };
    door.get("/thrown", [=](caf::event_based_actor* self, const http::exchange& request) {
      three(self, request);
      throw std::runtime_error("broken");
    });
    door.get("/quits", [=](caf::event_based_actor* self, const http::exchange& request) {
      three(self, request);
      request.answer(http::text("", 202));
      self->quit();
    });
    door.get("/own", [=](caf::event_based_actor* self, const http::exchange& request) {
      three(self, request);
      self->set_exit_handler([self](const caf::exit_msg& why) { self->quit(why.reason); });
    });
    door.get("/half", [&](caf::event_based_actor* self, const http::exchange& request) {
      ask<double>(self, *where, "streams.half", 3.0)
          .then([request](double half) { request.answer(http::text(std::to_string(half))); },
                [request](const caf::error& why) { request.answer(http::problem(why)); });
    });
  });
  where = &sut.where;
  tcp_client client(sut.port);
  client.say(get("/many"));
  REQUIRE(eventually([&] { return sut.where.status().sent == 2 && sut.where.status().queued >= 9; }));
  client.hang_up();
  CHECK(eventually([&] {
    const auto now = sut.where.status();
    return now.sent == 0 && now.queued == 0 && now.withdrawn >= 11;
  }));
  auto before = sut.where.status().withdrawn;
  const auto withdrew_three = [&] {
    const auto now = sut.where.status();
    return now.sent == 0 && now.queued == 0 && now.withdrawn == before + 3;
  };
  CHECK(status_of(sut.ask(get("/thrown"))) == 500);
  CHECK(eventually(withdrew_three));
  before += 3;
  {
    tcp_client own(sut.port);
    own.say(get("/own"));
    REQUIRE(eventually([&] { return sut.where.status().sent == 2 && sut.where.status().queued == 1; }));
  }
  CHECK(eventually(withdrew_three));
  before += 3;
  CHECK(status_of(sut.ask(get("/quits"))) == 202);
  CHECK(eventually(withdrew_three));
  CHECK(body_of(sut.ask(get("/half"))) == "1.500000");
}
