#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <pinion/runtime/http/session.hpp>

namespace pinion::test {

using namespace std::chrono_literals;

/// A session with a handler that echoes, or waits until it is told to answer, and a clock turned by hand.
/// Bodies with a Content-Type it takes where it is to, and elements are sent when the test says so.
struct http_stage final : http::session_port {
  explicit http_stage(const http::limits& what = {}) : sut(what, *this, now) {}

  std::optional<http::response> look(const http::request& head, time_point) override {
    if (head.path == "/early")
      return http::problem(404, "nothing here");
    return std::nullopt;
  }
  bool wants_body(const http::request& head, bool /*empty*/) override {
    return takes_bodies && head.field("Content-Type") != nullptr;
  }
  void take_body(http::body_source&& from) override { body.emplace(std::move(from)); }
  void send_elements(any_view&& what) override { elements.emplace(std::move(what)); }
  void handle(http::request&& what) override {
    handled.push_back(what);
    if (what.path == "/array")
      sut.answer(http::npy(array), now);
    else if (!later)
      sut.answer(http::text(what.method + " " + what.path + " " + what.body), now);
  }
  void answered(unsigned status, time_point) override { statuses.push_back(status); }
  void give_up() override { ++given_up; }
  bool comes_soon() override { return soon; }
  bool make_room(std::size_t bytes) override {
    if (room < bytes)
      return false;
    room -= bytes;
    return true;
  }
  void give_room(std::size_t bytes) noexcept override { room += bytes; }
  bool may_fall_behind(std::size_t bytes) override { return bytes <= slack; }

  /// What the session says to these bytes.
  std::string say(std::string_view bytes) {
    sut.feed(bytes, now);
    return said();
  }
  /// What it has to say, which the client reads at once.
  std::string said() {
    std::string result;
    do {
      result += std::exchange(sut.output(), {});
      sut.written(0, now);
    } while (!sut.output().empty());
    return result;
  }
  /// The client has taken all but so much of what it was sent.
  void left_unread(std::size_t bytes) { sut.written(bytes, now); }
  /// What it says when so much time has passed.
  std::string after_time(std::chrono::nanoseconds time) {
    after_time_unread(time);
    return said();
  }
  /// The same, and the client reads nothing of it.
  void after_time_unread(std::chrono::nanoseconds time) {
    now += time;
    if (sut.next_wake() <= now)
      sut.wake(now);
  }

  time_point now = time_point{} + std::chrono::hours{1};
  std::size_t slack = SIZE_MAX;
  bool later = false;
  bool soon = false;
  bool takes_bodies = false;
  int given_up = 0;
  std::size_t room = std::size_t{1} << 30U; ///< for bodies
  std::vector<http::request> handled;
  std::vector<unsigned> statuses; ///< of the answers that went out
  any_view array;                 ///< what is at /array
  std::optional<http::body_source> body;
  std::optional<any_view> elements;
  http::session sut;
};

/// "200" of "HTTP/1.1 200 OK..."; empty if that is no answer.
inline std::string status_in(std::string_view answer) {
  return answer.rfind("HTTP/1.1 ", 0) == 0 ? std::string(answer.substr(9, 3)) : std::string();
}

inline bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

/// How many answers there are in this text.
inline int answers_in(std::string_view text) {
  int result = 0;
  constexpr std::string_view begin = "HTTP/1.1 ";
  for (auto at = text.find(begin); at != std::string_view::npos; at = text.find(begin, at + 1))
    result +=
        at + begin.size() < text.size() && text[at + begin.size()] >= '1' && text[at + begin.size()] <= '5';
  return result;
}

} // namespace pinion::test
