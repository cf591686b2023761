// One connection's HTTP, by hand: what is read, in which order it is answered, and what ends it.
#include <doctest/doctest.h>

#include "session_stage.hpp"

using namespace pinion;
using namespace pinion::test;

namespace {

const std::string get = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n";
const std::string post = "POST /b HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello";
const std::string chunked = "POST /c HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"
                            "2;x=y\r\nde\r\n0\r\nTrailer: t\r\n\r\n";

std::string with(std::string_view fields, std::string_view body = "") {
  return "POST /p HTTP/1.1\r\nHost: x\r\n" + std::string(fields) + "\r\n" + std::string(body);
}

// Bodies may differ in their date alone, within a test.
std::string without_dates(std::string text) {
  for (auto at = text.find("Date: "); at != std::string::npos; at = text.find("Date: ", at + 1))
    text.erase(at, text.find("\r\n", at) - at + 2);
  return text;
}

std::string fields(int count) {
  std::string result;
  for (int i = 0; i < count; ++i)
    result += "a:\r\n";
  return result;
}

} // namespace

TEST_CASE("a request is answered, and the connection stays") {
  http_stage s;
  const auto answer = s.say(get);
  CHECK(status_in(answer) == "200");
  CHECK(has(answer, "\r\nContent-Length: 7\r\n"));
  CHECK(has(answer, "\r\nContent-Type: text/plain; charset=utf-8\r\n"));
  CHECK(has(answer, "\r\nDate: "));
  CHECK(has(answer, "\r\n\r\nGET /a "));
  CHECK_FALSE(s.sut.finished());
  CHECK(status_in(s.say(post)) == "200");
  CHECK(s.handled.back().body == "hello");
  CHECK(status_in(s.say(chunked)) == "200");
  CHECK(s.handled.back().body == "abcde");
}

TEST_CASE("however requests are cut into pieces, they are answered alike") {
  const auto all = get + post + "\r\n" + chunked + get + "HEAD /h HTTP/1.1\r\nHost: x\r\n\r\n" + post;
  http_stage whole;
  const auto expected = without_dates(whole.say(all));
  CHECK(answers_in(expected) == 6);
  for (std::size_t cut = 1; cut < all.size(); ++cut) {
    http_stage s;
    auto heard = s.say(std::string_view(all).substr(0, cut));
    heard += s.say(std::string_view(all).substr(cut));
    CHECK(without_dates(heard) == expected);
  }
  for (std::size_t piece = 1; piece < 20; ++piece) {
    http_stage s;
    std::string heard;
    for (std::size_t at = 0; at < all.size(); at += piece)
      heard += s.say(std::string_view(all).substr(at, piece));
    CHECK(without_dates(heard) == expected);
  }
}

TEST_CASE("a long head that comes in pieces is no long target") {
  http_stage s;
  const auto all = "GET /a HTTP/1.1\r\nHost: x\r\nX: " + std::string(20'000, 'x') + "\r\n\r\n";
  std::string heard;
  for (std::size_t at = 0; at < all.size(); at += 1000)
    heard += s.say(std::string_view(all).substr(at, 1000));
  CHECK(status_in(heard) == "200");
}

TEST_CASE("a last chunk may come byte by byte") {
  http_stage s;
  std::string heard;
  for (const char byte : with("Transfer-Encoding: chunked\r\n", "0\r\n\r\n"))
    heard += s.say({&byte, 1});
  CHECK(status_in(heard) == "200");
}

TEST_CASE("requests that come ahead of their answers are handled one after the other") {
  http_stage s;
  s.later = true;
  CHECK(s.say(get + post + get).empty());
  CHECK(s.handled.size() == 1);
  CHECK(s.sut.handling());
  s.sut.answer(http::text("one"), s.now);
  CHECK(has(s.said(), "one"));
  CHECK(s.handled.size() == 2);
  s.sut.answer(http::text("two"), s.now);
  s.sut.answer(http::text("three"), s.now);
  CHECK(answers_in(s.said()) == 2);
  CHECK(s.sut.idle());
}

TEST_CASE("who sends far ahead of the answers is answered what is at hand, and heard all the while") {
  http_stage s;
  s.later = true;
  std::string many;
  while (many.size() < 200'000)
    many += get;
  s.say(many);
  CHECK(s.sut.wants_input()); // or its going away would not be noticed
  s.say(many);
  s.sut.answer(http::text("one"), s.now);
  CHECK(has(s.said(), "Connection: close\r\n"));
  CHECK(s.handled.size() == 1);
  CHECK(s.sut.finished());
}

TEST_CASE("who does not read its answers gets no more of them, and goes on when it has read") {
  http::limits small;
  small.unread = 1000;
  http_stage s(small);
  std::string many;
  for (int i = 0; i < 100; ++i)
    many += get;
  s.sut.feed(many, s.now);
  const auto first = std::exchange(s.sut.output(), {});
  CHECK(first.size() > 1000);
  CHECK(first.size() < 1500);
  s.left_unread(first.size());
  CHECK_FALSE(s.sut.wants_input());
  CHECK(s.sut.output().empty());
  s.left_unread(500);
  CHECK_FALSE(s.sut.output().empty());
  CHECK(answers_in(first) + answers_in(s.said()) == 100);
  CHECK(s.sut.wants_input());
}

TEST_CASE("requests that wait for their client to read are not late") {
  http::limits small;
  small.unread = 100;
  http_stage s(small);
  s.sut.feed(get + get, s.now);
  CHECK(s.handled.size() == 1);
  for (std::size_t left = 2000; left > 1000; left -= 100) { // slowly, but for longer than a head may take
    s.sut.output().clear();
    s.left_unread(left);
    s.after_time_unread(5s);
    s.sut.feed(get, s.now);
  }
  CHECK_FALSE(s.sut.finished());
  CHECK(answers_in(s.said()) == 11);
  // What is not whole is late from then on.
  s.say("GET /a HT");
  CHECK(s.after_time(9s).empty());
  CHECK(status_in(s.after_time(2s)) == "408");
}

TEST_CASE("the beginning of a request behind another one is late as any") {
  http_stage s;
  CHECK(answers_in(s.say(get + "GET /a HT")) == 1);
  CHECK(s.after_time(9s).empty());
  CHECK(status_in(s.after_time(2s)) == "408");
}

TEST_CASE("an answer may be read slowly, as long as it is read") {
  http_stage s;
  s.sut.feed("GET /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", s.now);
  s.sut.output().clear();
  std::size_t left = 10'000'000;
  for (; left > 0; left -= 100'000) {
    s.left_unread(left);
    s.after_time_unread(20s);
    REQUIRE_FALSE(s.sut.over());
  }
  s.left_unread(0);
  s.after_time_unread(1s); // now the client may hang up
  CHECK_FALSE(s.sut.over());
  s.after_time_unread(2s);
  CHECK(s.sut.over());
  http_stage stuck;
  stuck.sut.feed(get, stuck.now);
  stuck.sut.output().clear();
  stuck.left_unread(1000);
  stuck.after_time_unread(20s);
  stuck.left_unread(1000);
  stuck.after_time_unread(11s);
  CHECK(stuck.sut.over());
}

TEST_CASE("an idle time begins when the answer has been read") {
  http_stage s;
  s.sut.feed(get, s.now);
  s.sut.output().clear();
  s.left_unread(5000);
  s.after_time_unread(29s);
  s.left_unread(4000);
  s.after_time_unread(29s);
  s.left_unread(0);
  s.after_time_unread(59s);
  CHECK_FALSE(s.sut.finished());
  s.after_time_unread(2s);
  CHECK(s.sut.finished());
}

TEST_CASE("a client that ends its side may still read the answer to its end") {
  http_stage s;
  s.sut.feed(get, s.now);
  s.sut.output().clear();
  s.left_unread(5000);
  s.sut.end_of_input(s.now);
  CHECK(s.sut.finished());
  CHECK_FALSE(s.sut.over());
  s.left_unread(0);
  CHECK(s.sut.over());
}

TEST_CASE("the answer to HEAD has a length and no body") {
  http_stage s;
  const auto answer = s.say("HEAD /a HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(has(answer, "Content-Length: 8\r\n"));
  CHECK(answer.substr(answer.size() - 4) == "\r\n\r\n");
}

TEST_CASE("the connection is closed when the client says so, and when it speaks HTTP/1.0 without more") {
  http_stage s;
  CHECK(has(s.say("GET /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n" + get), "Connection: close\r\n"));
  CHECK(s.sut.finished());
  CHECK(s.handled.size() == 1);
  http_stage old;
  CHECK(has(old.say("GET /a HTTP/1.0\r\n\r\n"), "Connection: close\r\n"));
  CHECK(old.sut.finished());
  http_stage stays;
  CHECK(has(stays.say("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"), "Connection: keep-alive\r\n"));
  CHECK_FALSE(stays.sut.finished());
}

TEST_CASE("who waits to be told to send its body is told so, unless it is refused at once") {
  http_stage s;
  CHECK(s.say(with("Content-Length: 5\r\nExpect: 100-continue\r\n")) == "HTTP/1.1 100 Continue\r\n\r\n");
  CHECK(status_in(s.say("hello")) == "200");
  http_stage early;
  const auto refused =
      early.say("POST /early HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
  CHECK(status_in(refused) == "404");
  CHECK(has(refused, "Connection: close\r\n")); // its body may come or not
  http_stage other;
  CHECK(status_in(other.say(with("Expect: a miracle\r\nContent-Length: 5\r\n"))) == "417");
}

TEST_CASE("an early answer to a request without a body keeps the connection") {
  http_stage s;
  const auto answer = s.say("GET /early HTTP/1.1\r\nHost: x\r\n\r\n" + get);
  CHECK(answers_in(answer) == 2);
  CHECK_FALSE(s.sut.finished());
}

TEST_CASE("what is no request is answered with what to do, and nothing behind it is read") {
  struct wrong {
    std::string bytes;
    std::string status;
  };
  const auto long_one = std::string(9000, 'a');
  const std::vector<wrong> all{
      {"nonsense\r\n\r\n", "400"},
      {"GET  /a HTTP/1.1\r\nHost: x\r\n\r\n", "400"},
      {"GET /a HTTP/2.0\r\nHost: x\r\n\r\n", "505"},
      {"GET /a HTTP/1.1\nHost: x\n\n", "400"},
      {"GET /a HTTP/1.1\r\n\r\n", "400"},                       // no host
      {"GET /a HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", "400"}, // two
      {"GET /a HTTP/1.1\r\nHost: x\r\nBad Name: y\r\n\r\n", "400"},
      {"GET /a HTTP/1.1\r\nHost : x\r\n\r\n", "400"},
      {"GET a HTTP/1.1\r\nHost: x\r\n\r\n", "400"},
      {"GET /% HTTP/1.1\r\nHost: x\r\n\r\n", "400"},
      {"GET /" + long_one + " HTTP/1.1\r\nHost: x\r\n\r\n", "414"},
      {"GET /" + std::string(40'000, 'a'), "414"},
      {"GET /a HTTP/1.1\r\nHost: x\r\nX: " + std::string(40'000, 'a'), "431"},
      {"GET /a HTTP/1.1\r\nHost: x\r\n" + fields(256) + "\r\n", "431"},
      {with("Content-Length: 99999999\r\n"), "413"},
      {with("Content-Length: 99999999999999999999999\r\n"), "400"},
      {with("Content-Length: -1\r\n"), "400"},
      {with("Content-Length: 5, 6\r\n", "hello"), "400"},
      {with("Content-Length: 5\r\nContent-Length: 6\r\n", "hello"), "400"},
      // Smuggling: two readers could disagree about where these end.
      {with("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), "400"},
      {with("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n"), "400"},
      {with("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), "400"},
      {with("Transfer-Encoding: gzip\r\n", "abc"), "501"},
      {with("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n"), "501"},
      {with("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n"), "501"},
      {"POST /a HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "400"},
      {with("Transfer-Encoding: chunked\r\n", "zz\r\nabc\r\n"), "400"},
      {with("Transfer-Encoding: chunked\r\n", "-1\r\nabc\r\n"), "400"},
      {with("Transfer-Encoding: chunked\r\n", "3\r\nabcd\r\n0\r\n\r\n"), "400"},
      {with("Transfer-Encoding: chunked\r\n", "fffffffffffffffff\r\nabc\r\n"), "400"},
  };
  for (const auto& each : all) {
    CAPTURE(each.bytes.substr(0, 100));
    http_stage s;
    auto answer = s.say(each.bytes);
    answer += s.say(get);
    CHECK(status_in(answer) == each.status);
    CHECK(answers_in(answer) == 1);
    CHECK(has(answer, "Content-Type: application/problem+json\r\n"));
    CHECK(has(answer, "\"detail\""));
    CHECK(has(answer, "Connection: close\r\n"));
    CHECK(s.sut.finished());
    CHECK(s.handled.empty());
  }
}

TEST_CASE("a request may have as many fields as it needs") {
  http_stage s;
  CHECK(status_in(s.say("GET /a HTTP/1.1\r\nHost: x\r\n" + fields(255) + "\r\n")) == "200");
  CHECK(s.handled.at(0).fields.size() == 256);
}

TEST_CASE("a refusal has a body, or none, by the request that it is for") {
  http_stage s;
  const std::string no_host = " /a HTTP/1.1\r\n\r\n";
  const auto heard = s.say("HEAD /a HTTP/1.1\r\nHost: x\r\n\r\nGET" + no_host);
  CHECK(answers_in(heard) == 2);
  CHECK(has(heard, "\"detail\""));
  http_stage other;
  const auto none = other.say(get + "HEAD" + no_host);
  CHECK(answers_in(none) == 2);
  CHECK(has(none, "HTTP/1.1 400 "));
  CHECK_FALSE(has(none, "\"detail\""));
  http_stage broken;
  const auto no_field = broken.say("HEAD /a HTTP/1.1\r\nHost: x\r\nno field\r\n\r\n");
  CHECK(has(no_field, "HTTP/1.1 400 "));
  CHECK_FALSE(has(no_field, "\"detail\""));
}

TEST_CASE("a body in chunks is refused once it is too large") {
  http::limits small;
  small.body = 10;
  http_stage s(small);
  CHECK(s.say(with("Transfer-Encoding: chunked\r\n", "8\r\nabcdefgh\r\n")).empty());
  CHECK(status_in(s.say("8\r\nabcdefgh\r\n")) == "413");
  http_stage fits(small);
  CHECK(status_in(fits.say(with("Content-Length: 10\r\n", "0123456789"))) == "200");
}

TEST_CASE("a head that does not come to its end, and a body that comes too slowly, are given up") {
  http_stage s;
  s.say("GET /a HT");
  CHECK(s.after_time(9s).empty());
  s.say("TP");
  CHECK(status_in(s.after_time(2s)) == "408");
  CHECK(s.sut.finished());
  http_stage slow;
  slow.say(with("Content-Length: 100000\r\n"));
  std::string heard;
  int seconds = 0;
  for (; heard.empty() && seconds < 100; ++seconds) {
    slow.say("a");
    heard = slow.after_time(1s);
  }
  CHECK(status_in(heard) == "408");
  CHECK(seconds > 9);
  CHECK(seconds < 13);
  http_stage steady; // 10 KiB a second
  steady.say(with("Content-Length: 400000\r\n"));
  heard.clear();
  for (int i = 0; heard.empty() && i < 40; ++i) {
    heard = steady.say(std::string(10'000, 'a'));
    heard += steady.after_time(1s);
  }
  CHECK(status_in(heard) == "200");
}

TEST_CASE("what stands beside the body, in marks of chunks and fields behind it, has a limit") {
  for (const auto* begin : {"1;", "0\r\nX: "}) {
    CAPTURE(std::string(begin));
    http_stage s;
    std::string heard = s.say(with("Transfer-Encoding: chunked\r\n", begin));
    for (int i = 0; i < 100 && heard.empty(); ++i)
      heard = s.say(std::string(1000, 'a'));
    CHECK(status_in(heard) == "431");
  }
}

TEST_CASE("a body that stalls is given up, however much of it has come") {
  http_stage s;
  CHECK(s.say(with("Content-Length: 1000000\r\n", std::string(900'000, 'a'))).empty());
  CHECK(s.after_time(9s).empty());
  CHECK(status_in(s.after_time(2s)) == "408");
}

TEST_CASE("bodies have room together, which they give back") {
  http_stage s;
  s.room = 10;
  CHECK(status_in(s.say(with("Content-Length: 8\r\n", "01234567"))) == "200");
  CHECK(s.room == 10);
  CHECK(s.say(with("Content-Length: 20\r\n", "01234567")).empty());
  CHECK(s.room == 2);
  CHECK(status_in(s.say("01234567")) == "503");
  CHECK(s.room == 10);
  {
    http_stage gone;
    gone.room = 10;
    gone.say(with("Content-Length: 9\r\n", "0123"));
    CHECK(gone.room == 6);
    gone.sut.end_of_input(gone.now);
    CHECK(gone.room == 10);
  }
}

TEST_CASE("empty lines are no request, and buy no time") {
  http_stage s;
  for (int i = 0; i < 3 && !s.sut.finished(); ++i) {
    s.say("\r\n");
    s.after_time(4s);
  }
  CHECK(s.sut.finished());
}

TEST_CASE("empty lines behind a request keep no connection") {
  for (const std::size_t unread : {std::size_t{1} << 20U, std::size_t{100}}) {
    http::limits most;
    most.unread = unread;
    http_stage s(most);
    s.sut.feed(get + "\r\n", s.now);
    s.sut.output().clear();
    s.left_unread(2000); // its answer
    s.sut.feed("\r\n", s.now);
    s.left_unread(0);
    CHECK(s.handled.size() == 1);
    CHECK(s.sut.idle());
    CHECK(s.after_time(61s).empty());
    CHECK(s.sut.finished());
  }
}

TEST_CASE("a status that is none is a fault of the handler's") {
  for (const unsigned status : {0U, 100U, 199U, 600U, 1000U}) {
    CAPTURE(status);
    http_stage s;
    s.later = true;
    s.say(get);
    s.sut.answer(http::text("", status), s.now);
    CHECK(status_in(s.said()) == "500");
  }
}

TEST_CASE("a body has its room until it is answered, or was read") {
  http_stage s;
  s.later = true;
  const auto all = s.room;
  const std::string body =
      "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n" + std::string(1000, 'x');
  s.say(body);
  CHECK(s.room == all - 1000);
  s.sut.answer(http::text("done"), s.now);
  CHECK(s.room == all);
  s.say(body);
  s.sut.body_read();
  CHECK(s.room == all);
  s.sut.answer(http::text("done"), s.now);
  CHECK(s.room == all);
}

TEST_CASE("a client that ends its side is answered what comes soon and costs little") {
  http_stage s;
  s.later = s.soon = true;
  s.say(get);
  s.sut.end_of_input(s.now);
  CHECK(s.given_up == 0);
  s.sut.answer(http::text("soon"), s.now);
  CHECK(has(s.said(), "soon"));
  CHECK(s.sut.over());
}

TEST_CASE("a client that ends its side is answered what came behind that, as far as it comes soon") {
  http_stage s;
  s.later = s.soon = true;
  s.say(get + get + get);
  s.sut.end_of_input(s.now);
  s.sut.answer(http::text("one"), s.now);
  s.soon = false; // of what is handed over when this is answered
  s.sut.answer(http::text("two"), s.now);
  CHECK(s.handled.size() == 3);
  CHECK(s.given_up == 1);
  const auto heard = s.said();
  CHECK(answers_in(heard) == 2);
  CHECK(has(heard, "two"));
  CHECK(s.sut.over());
}

TEST_CASE("a client that ends its side is answered all that came, however much that is together") {
  http::limits small;
  small.unread = 1000;
  http_stage s(small);
  s.later = s.soon = true;
  std::string much;
  for (int i = 0; i < 100; ++i)
    much += get;
  s.say(much);
  s.sut.end_of_input(s.now);
  s.later = false;
  s.sut.answer(http::text("one"), s.now);
  CHECK(answers_in(s.said()) == 100);
  CHECK(s.sut.over());
}

TEST_CASE("a body that has not all come when the server ends is answered") {
  http_stage s;
  s.say("POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n12345");
  s.sut.stop(s.now);
  s.sut.answer(http::problem(503, "the server ends"), s.now);
  CHECK(status_in(s.said()) == "503");
  CHECK(s.sut.finished());
  CHECK(s.handled.empty());
}

TEST_CASE("who sends without end behind a request is let go") {
  http_stage s;
  s.later = true;
  s.say(get);
  const std::string much(1 << 20U, 'x');
  for (int i = 0; i < 10; ++i)
    s.say(much);
  CHECK_FALSE(s.sut.over());
  for (int i = 0; i < 10; ++i)
    s.say(much);
  CHECK(s.sut.over());
  CHECK(s.given_up == 1);
}

TEST_CASE("a connection without a request keeps no large buffer") {
  http_stage s;
  s.sut.feed("POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 500000\r\n\r\n" + std::string(500'000, 'x'),
             s.now);
  auto& out = s.sut.output();
  REQUIRE(out.capacity() > 500'000); // it is echoed
  out.clear();
  s.sut.written(0, s.now);
  CHECK(out.capacity() <= 16 * 1024);
}

TEST_CASE("a session waits when nothing that it has read is left") {
  http_stage s;
  s.later = true;
  CHECK(s.sut.waits());
  s.sut.feed(get, s.now);
  CHECK(s.sut.waits());
  s.sut.feed("GET /b", s.now);
  CHECK_FALSE(s.sut.waits());
  s.sut.answer(http::text("a"), s.now);
  CHECK_FALSE(s.sut.waits());
}

TEST_CASE("a connection without a request is closed after a while, without a word") {
  http_stage s;
  CHECK(s.after_time(11s).empty());
  CHECK(s.sut.finished());
  http_stage used;
  used.say(get);
  CHECK(used.after_time(59s).empty());
  CHECK_FALSE(used.sut.finished());
  CHECK(used.after_time(2s).empty());
  CHECK(used.sut.finished());
}

TEST_CASE("a handler has the time that it needs") {
  http_stage s;
  s.later = true;
  s.say(get);
  CHECK(s.after_time(1h).empty());
  s.sut.answer(http::text("at last"), s.now);
  CHECK(status_in(s.said()) == "200");
}

TEST_CASE("a client that ends gets what is answered at once, and no one computes for it any more") {
  http_stage quick;
  auto heard = quick.say(get + get);
  quick.sut.end_of_input(quick.now);
  CHECK(answers_in(heard) == 2);
  CHECK(quick.sut.over());
  CHECK(quick.given_up == 0);
  http_stage s;
  s.later = true;
  s.say(get + get);
  s.sut.end_of_input(s.now);
  CHECK(s.given_up == 1);
  CHECK(s.sut.over());
  s.sut.answer(http::text("too late"), s.now);
  CHECK(s.said().empty());
  CHECK(s.handled.size() == 1);
}

TEST_CASE("after the last answer the client has some time to read it, and what it sends is let run out") {
  http_stage s;
  s.say("nonsense\r\n\r\n");
  CHECK(s.sut.finished());
  CHECK(s.say(get).empty());
  CHECK_FALSE(s.sut.over());
  s.after_time(3s);
  CHECK(s.sut.over());
}

TEST_CASE("who goes on to send has more time to read its last answer, but not for ever") {
  http_stage s;
  s.say("nonsense\r\n\r\n");
  for (int i = 0; i < 29; ++i) {
    s.after_time(1s);
    CHECK(s.say("more of it").empty());
    CHECK_FALSE(s.sut.over());
  }
  s.after_time(1s);
  CHECK(s.sut.over());
}

TEST_CASE("a server that ends does not wait long for who goes on to send") {
  http_stage s;
  s.say("nonsense\r\n\r\n");
  s.sut.stop(s.now);
  s.after_time(100ms);
  s.say("more of it");
  CHECK_FALSE(s.sut.over());
  s.after_time(100ms);
  CHECK(s.sut.over());
}

TEST_CASE("who is turned away is told why, and nothing that it says is a request") {
  http_stage s;
  s.sut.turn_away(http::problem(503, "full"), s.now);
  CHECK(status_in(s.said()) == "503");
  CHECK(s.sut.finished());
  CHECK(s.say(get).empty());
  CHECK(s.handled.empty());
  CHECK(s.statuses == std::vector<unsigned>{503});
  s.after_time(3s);
  CHECK(s.sut.over());
}

TEST_CASE("a server that ends answers what is at hand and nothing more") {
  http_stage idle;
  idle.sut.stop(idle.now);
  CHECK(idle.sut.over()); // at once: there is nothing to read
  http_stage s;
  s.later = true;
  s.say(get + get);
  s.sut.stop(s.now);
  CHECK_FALSE(s.sut.finished());
  s.sut.answer(http::text("one"), s.now);
  CHECK(has(s.said(), "Connection: close\r\n"));
  CHECK(s.sut.finished());
  CHECK(s.handled.size() == 1);
}

TEST_CASE("an answer in pieces comes in chunks, and the connection stays") {
  http_stage s;
  s.later = true;
  s.say(get + get);
  s.sut.begin_stream(http::text("zero"), s.now);
  s.sut.stream("one", s.now);
  s.sut.stream("", s.now);
  s.sut.stream("a piece of 24 characters", s.now);
  const auto heard = s.said();
  CHECK(has(heard, "Transfer-Encoding: chunked\r\n"));
  CHECK_FALSE(has(heard, "Content-Length"));
  CHECK_FALSE(has(heard, "Connection"));
  CHECK(has(heard, "\r\n\r\n4\r\nzero\r\n3\r\none\r\n18\r\na piece of 24 characters\r\n"));
  CHECK(s.handled.size() == 1);
  s.sut.end_stream(s.now);
  CHECK(s.said() == "0\r\n\r\n");
  CHECK_FALSE(s.sut.finished());
  CHECK(s.handled.size() == 2);
  CHECK(s.given_up == 0);
}

TEST_CASE("to a client of HTTP/1.0 an answer in pieces ends with the connection") {
  http_stage s;
  s.later = true;
  s.say("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  s.sut.begin_stream(http::text("zero"), s.now);
  s.sut.stream("one", s.now);
  CHECK_FALSE(s.sut.finished());
  s.sut.end_stream(s.now);
  const auto heard = s.said();
  CHECK(has(heard, "Connection: close\r\n"));
  CHECK_FALSE(has(heard, "chunked"));
  CHECK(has(heard, "\r\n\r\nzeroone"));
  CHECK_FALSE(has(heard, "zeroone\r\n"));
  CHECK(s.sut.finished());
}

TEST_CASE("where no body may be, nobody is asked for pieces, and the connection stays") {
  for (const bool head : {true, false}) {
    http_stage s;
    s.later = true;
    s.say(head ? "HEAD /a HTTP/1.1\r\nHost: x\r\n\r\n" : get);
    s.sut.begin_stream(http::text("", head ? 200 : 204), s.now);
    CHECK(s.given_up == 1);
    s.sut.stream("one", s.now);
    const auto heard = s.said();
    CHECK(has(heard, "chunked") == head);
    CHECK(heard.substr(heard.find("\r\n\r\n")) == "\r\n\r\n");
    CHECK_FALSE(s.sut.finished());
  }
}

TEST_CASE("an answer in pieces that is broken off lacks its end") {
  http_stage s;
  s.later = true;
  s.say(get);
  s.sut.begin_stream(http::text("zero"), s.now);
  s.sut.stop(s.now);
  CHECK(s.given_up == 1);
  const auto heard = s.said();
  CHECK(heard.substr(heard.find("\r\n\r\n")) == "\r\n\r\n4\r\nzero\r\n");
  CHECK(s.sut.finished());
}

TEST_CASE("what a client has not read before counts not against an answer in pieces") {
  http::limits small;
  small.unread = 1000;
  http_stage s(small);
  s.later = true;
  s.say(get);
  s.left_unread(900);
  s.sut.begin_stream(http::text(""), s.now);
  s.sut.stream(std::string(500, 'x'), s.now);
  s.left_unread(900 + s.sut.output().size());
  s.sut.output().clear();
  s.now += small.stall_time;
  s.sut.stream(std::string(500, 'x'), s.now);
  CHECK_FALSE(s.sut.over());
  s.left_unread(2500);
  s.sut.stream("x", s.now);
  CHECK(s.sut.over());
}

TEST_CASE("an answer in pieces whose status is none becomes a problem, and its pieces are nobody's") {
  http_stage s;
  s.later = true;
  s.say(get);
  s.sut.begin_stream(http::text("", 1000), s.now);
  CHECK(status_in(s.said()) == "500");
  CHECK(s.given_up == 1);
  s.sut.stream("one", s.now);
  CHECK(s.said().empty());
  CHECK(s.statuses == std::vector<unsigned>{500});
}

TEST_CASE("what frames an answer is not the handler's to say") {
  http_stage s;
  s.later = true;
  s.say(get);
  auto answer = http::text("x");
  answer.fields = {
      {"content-length", "5"}, {"Connection", "close"}, {"Transfer-Encoding", "gzip"}, {"Good", "1"}};
  s.sut.begin_stream(answer, s.now);
  const auto heard = s.said();
  CHECK(has(heard, "Good: 1\r\n"));
  CHECK(has(heard, "Transfer-Encoding: chunked\r\n"));
  CHECK_FALSE(has(heard, "gzip"));
  CHECK_FALSE(has(heard, "close"));
  CHECK_FALSE(has(heard, "content-length"));
}

TEST_CASE("an answer of status 205 says that it has no body") {
  http_stage s;
  s.later = true;
  s.say(get);
  s.sut.answer(http::text("x", 205), s.now);
  const auto heard = s.said();
  CHECK(has(heard, "Content-Length: 0\r\n"));
  CHECK(heard.substr(heard.size() - 4) == "\r\n\r\n");
}

TEST_CASE("an answer has one type and one server, whatever its handler says") {
  http_stage s;
  s.later = true;
  s.say(get);
  auto answer = http::text("x");
  answer.fields = {{"server", "mine"}, {"content-type", "mine"}, {"Good", "1"}};
  s.sut.answer(answer, s.now);
  const auto heard = s.said();
  CHECK(has(heard, "Good: 1\r\n"));
  CHECK(has(heard, "Server: pinion\r\n"));
  CHECK(has(heard, "Content-Type: text/plain"));
  CHECK_FALSE(has(heard, "mine"));
}

TEST_CASE("names and values that would begin another line are not sent") {
  http_stage s;
  s.later = true;
  s.say(get);
  auto answer = http::text("x");
  answer.fields = {{"Good", "1\t2"}, {"Bad\r\nEvil", "2"}, {"Worse", "3\r\nEvil: 4"},         {"No:", "5"},
                   {"No(k)", "6"},   {"Rings", "\x07"},    {"Long", std::string(70'000, 'x')}};
  s.sut.answer(answer, s.now);
  const auto heard = s.said();
  CHECK(has(heard, "Good: 1\t2\r\n"));
  CHECK_FALSE(has(heard, "No(k)"));
  CHECK_FALSE(has(heard, "Rings"));
  CHECK_FALSE(has(heard, "Long"));
  CHECK_FALSE(has(heard, "Evil"));
  CHECK_FALSE(has(heard, "No:"));
}
