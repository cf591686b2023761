// Bodies that go past a session: who takes them, who sends them, and what comes before and after.
#include <doctest/doctest.h>

#include <pinion/shm/store.hpp>

#include "session_stage.hpp"

using namespace pinion;
using namespace pinion::test;

namespace {

const std::string get = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n";

std::string put(std::string_view body, std::string_view fields = "") {
  return "PUT /n HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-npy\r\n" + std::string(fields) +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

/// A stage that takes bodies, with an array.
struct hauling {
  hauling() {
    stage.takes_bodies = true;
    stage.array = numbers.view();
  }
  // The body was fetched, and so much was read behind it.
  std::string bring(std::string_view behind = "") {
    auto back = std::move(*std::exchange(stage.body, std::nullopt));
    back.rest = behind;
    stage.sut.body_taken(std::move(back), numbers, stage.now);
    return stage.said();
  }
  // An answer in pieces is begun.
  http_stage& begin_pieces() {
    stage.later = true;
    stage.say("GET /later HTTP/1.1\r\nHost: x\r\n\r\n");
    stage.sut.begin_stream(http::text(""), stage.now);
    return stage;
  }

  store memory;
  array<double> numbers = memory.zeros<double>({3});
  http_stage stage;
};

} // namespace

TEST_CASE("a body that is taken is handed over with what lies there, and nothing is read meanwhile") {
  hauling h;
  auto& s = h.stage;
  CHECK(s.say(put("12345").substr(0, put("12345").size() - 2)).empty());
  REQUIRE(s.body);
  CHECK(s.body->rest == "123");
  CHECK(s.body->parser.body_size() == 5);
  CHECK_FALSE(s.sut.wants_input());
  CHECK(s.sut.next_wake() == never); // whoever has it looks at the time
  CHECK(s.handled.empty());
  CHECK(status_in(h.bring()) == "200");
  CHECK(s.handled.at(0).array);
  CHECK(s.handled.at(0).arrived == s.now);
  CHECK(s.sut.wants_input());
}

TEST_CASE("what was read behind such a body are the next requests") {
  hauling h;
  auto& s = h.stage;
  s.say(put("12345"));
  const auto answers = h.bring(get + get);
  CHECK(answers_in(answers) == 3);
  CHECK(s.handled.size() == 3);
  CHECK(status_in(s.say(get)) == "200");
}

TEST_CASE("who waits to be told to go on is told before the body is taken") {
  hauling h;
  auto& s = h.stage;
  const auto all = put("12345", "Expect: 100-continue\r\n");
  CHECK(s.say(all.substr(0, all.size() - 5)) == "HTTP/1.1 100 Continue\r\n\r\n");
  CHECK(s.body);
}

TEST_CASE("a body that is none is answered, and the connection closed") {
  hauling h;
  auto& s = h.stage;
  s.say(put("12345"));
  s.sut.body_refused(http::problem(400, "no .npy"), s.now);
  const auto answer = s.said();
  CHECK(status_in(answer) == "400");
  CHECK(s.statuses == std::vector<unsigned>{400});
  CHECK(has(answer, "\r\nConnection: close\r\n"));
  CHECK(s.sut.finished());
}

TEST_CASE("a server that ends meanwhile may answer, and what comes of the body is nobody's") {
  hauling h;
  auto& s = h.stage;
  s.say(put("12345"));
  s.sut.answer(http::problem(503, "it ends"), s.now);
  CHECK(status_in(s.said()) == "503");
  CHECK(h.bring(get).empty());
  CHECK(s.handled.empty());
}

TEST_CASE("a client that goes away while its body is fetched is given up") {
  hauling h;
  auto& s = h.stage;
  s.say(put("12345"));
  s.sut.end_of_input(s.now);
  CHECK(s.given_up == 1);
  CHECK(s.sut.over());
}

TEST_CASE("an empty body is taken as well: whoever takes it says what is wrong with that") {
  hauling h;
  auto& s = h.stage;
  CHECK(s.say(put("")).empty());
  CHECK(s.body);
}

TEST_CASE("elements follow when their head has gone, and the next answer when they have") {
  hauling h;
  auto& s = h.stage;
  s.sut.feed("GET /array HTTP/1.1\r\nHost: x\r\n\r\n" + get, s.now);
  const auto head = std::exchange(s.sut.output(), {});
  CHECK(has(head, "\r\nContent-Type: application/x-npy\r\n"));
  const auto begin = head.find("\r\n\r\n") + 4;
  CHECK(has(head, "\r\nContent-Length: " + std::to_string(head.size() - begin + 24) + "\r\n"));
  s.sut.written(10, s.now);
  CHECK_FALSE(s.elements);
  s.sut.written(0, s.now);
  REQUIRE(s.elements);
  CHECK(s.elements->size() == 3);
  CHECK_FALSE(s.sut.wants_input());
  CHECK(s.said().empty()); // the other answer has to wait
  s.sut.elements_sent(true, s.now);
  CHECK(status_in(s.said()) == "200");
  CHECK_FALSE(s.sut.finished());
}

TEST_CASE("elements that cannot be sent are the end of the connection") {
  hauling h;
  auto& s = h.stage;
  s.say("GET /array HTTP/1.1\r\nHost: x\r\n\r\n");
  s.sut.elements_sent(false, s.now);
  CHECK(s.sut.over());
}

TEST_CASE("a client that has said all that it will gets its elements, and the connection ends then") {
  hauling h;
  auto& s = h.stage;
  s.say("GET /array HTTP/1.1\r\nHost: x\r\n\r\n");
  s.sut.end_of_input(s.now);
  CHECK(s.given_up == 0);
  CHECK_FALSE(s.sut.finished());
  s.sut.elements_sent(true, s.now);
  s.said();
  CHECK(s.sut.over());
}

TEST_CASE("after elements a connection is closed that was to be closed") {
  hauling h;
  auto& s = h.stage;
  s.say("GET /array HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  CHECK_FALSE(s.sut.finished());
  s.sut.elements_sent(true, s.now);
  s.said();
  CHECK(s.sut.finished());
}

TEST_CASE("HEAD of an array has its size, and nothing follows") {
  hauling h;
  auto& s = h.stage;
  const auto head = s.say("HEAD /array HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(has(head, "\r\nContent-Length: "));
  CHECK_FALSE(s.elements);
  CHECK(status_in(s.say(get)) == "200");
}

TEST_CASE("a client that does not read what is said piece by piece is gone") {
  hauling h;
  auto& s = h.begin_pieces();
  const std::string piece(100'000, 'x');
  for (int i = 0; i < 10; ++i)
    s.sut.stream(piece, s.now);
  CHECK_FALSE(s.sut.over()); // much may be said in one go
  s.sut.output().clear();
  s.left_unread(900'000);
  s.now += http::limits{}.stall_time / 2;
  s.left_unread(800'000);
  s.now += http::limits{}.stall_time / 2;
  s.sut.stream(piece, s.now);
  CHECK_FALSE(s.sut.over()); // it reads
  s.now += http::limits{}.stall_time / 2;
  s.sut.stream(piece, s.now);
  CHECK(s.sut.over());
  CHECK(s.given_up == 1);
}

TEST_CASE("a client that is behind is gone where there is no room for what it has not read, and no other") {
  hauling h;
  auto& s = h.begin_pieces();
  s.slack = 0;
  const std::string piece(100'000, 'x');
  s.sut.stream(piece, s.now);
  s.sut.output().clear();
  s.left_unread(http::limits{}.unread);
  s.sut.stream(piece, s.now);
  CHECK_FALSE(s.sut.over());
  s.slack = piece.size();
  s.sut.stream(piece, s.now);
  CHECK_FALSE(s.sut.over());
  s.slack = piece.size() - 1;
  s.sut.stream(piece, s.now);
  CHECK(s.sut.over());
  CHECK(s.given_up == 1);
}

TEST_CASE("an answer of a status that has no body has no elements") {
  hauling h;
  auto& s = h.stage;
  s.later = true;
  s.say("GET /later HTTP/1.1\r\nHost: x\r\n\r\n");
  auto answer = http::npy(h.numbers.view());
  answer.status = 204;
  s.sut.answer(answer, s.now);
  CHECK(status_in(s.said()) == "204");
  CHECK_FALSE(s.elements);
  s.later = false;
  CHECK(status_in(s.say(get)) == "200");
}

TEST_CASE("empty lines behind a request for an array keep no connection") {
  hauling h;
  auto& s = h.stage;
  s.say("GET /array HTTP/1.1\r\nHost: x\r\n\r\n\r\n");
  s.sut.elements_sent(true, s.now);
  CHECK(s.said().empty());
  CHECK_FALSE(s.sut.finished());
  s.after_time(61s);
  CHECK(s.sut.finished());
}
