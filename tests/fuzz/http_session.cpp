// One connection's HTTP: however bytes are cut into pieces, the same requests are handled and as many answers
// given; and what was handled is a request that is read again as it was.
#include <string>
#include <utility>
#include <vector>

#include <pinion/runtime/http/session.hpp>

#include "input.hpp"
#include "memory_watch.hpp"
#include "require.hpp"
#include "target.hpp"

using namespace pinion;
using namespace pinion::fuzz;

namespace {

http::limits small() {
  http::limits result;
  result.target = 100;
  result.head = 1000;
  result.body = 500;
  return result;
}

// Answers what it is given, at once or when it is asked to.
struct listener final : http::session_port {
  explicit listener(bool answers_later) : later(answers_later), sut(small(), *this, now) {}

  std::optional<http::response> look(const http::request& head, time_point) override {
    require(!head.method.empty(), "a head has a method");
    require(head.path.empty() ? head.target == "*" : head.path.front() == '/', "a path begins with a slash",
            head.path);
    require(head.path.find('\0') == std::string::npos, "a path has no zero byte");
    if (head.path == "/early")
      return http::problem(404, "not here");
    return std::nullopt;
  }
  bool wants_body(const http::request& head, bool /*empty*/) override { return head.path == "/array"; }
  void take_body(http::body_source&& from) override {
    require(!waiting, "one request is handled at a time");
    body.emplace(std::move(from));
  }
  void handle(http::request&& what) override {
    require(!waiting, "one request is handled at a time");
    require(what.body.size() <= small().body, "a body is within its limit");
    handled.push_back(std::move(what));
    waiting = true;
    if (!later)
      answer();
  }
  void give_up() override { waiting = false; }

  void answer() {
    waiting = false;
    sut.answer(http::text(handled.back().path), now);
  }
  void feed(std::string_view bytes) {
    sut.feed(bytes, now);
    do {
      said += std::exchange(sut.output(), {});
      sut.written(0, now);
      if (body) {
        body.reset();
        sut.body_refused(http::problem(400, "no array"), now);
      }
      if (later && waiting)
        answer();
    } while (!sut.output().empty());
  }

  std::string said;
  time_point now = time_point{} + std::chrono::hours{1};
  bool later;
  bool waiting = false;
  std::optional<http::body_source> body;
  std::vector<http::request> handled;
  http::session sut;
};

std::size_t answers_in(const std::string& text) {
  std::size_t result = 0;
  for (auto at = text.find("HTTP/1.1 "); at != std::string::npos; at = text.find("HTTP/1.1 ", at + 1))
    result += text.compare(at, 12, "HTTP/1.1 100") != 0 && text.compare(at + 12, 1, " ") == 0 ? 1U : 0U;
  return result;
}

bool same(const http::request& x, const http::request& y) {
  return x.method == y.method && x.target == y.target && x.path == y.path && x.query == y.query &&
         x.fields == y.fields && x.body == y.body;
}

// The same request in the plainest form.
std::string spelled(const http::request& what) {
  auto result = what.method + " " + what.target +
                " HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(what.body.size()) + "\r\n\r\n";
  return result + what.body;
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  input from(data, size);
  const auto piece = std::size_t{1} + from.u8() % 64;
  const bool later = from.u8() % 2 == 1;
  // Ended: of a head that is not whole, what is wrong may be seen at once or when it is.
  const auto bytes = from.text(size) + "\r\n\r\n\r\n\r\n\r\n\r\n";
  memory_watch watch;
  listener whole(later);
  whole.feed(bytes);
  listener cut(later);
  for (std::size_t at = 0; at < bytes.size(); at += piece)
    cut.feed(std::string_view(bytes).substr(at, piece));
  require(whole.handled.size() == cut.handled.size(), "pieces make the same requests",
          std::to_string(whole.handled.size()) + " and " + std::to_string(cut.handled.size()));
  for (std::size_t i = 0; i < whole.handled.size(); ++i)
    require(same(whole.handled[i], cut.handled[i]), "pieces make the same requests");
  require(answers_in(whole.said) == answers_in(cut.said), "pieces are answered alike",
          whole.said + "\n-- and --\n" + cut.said);
  for (const auto& each : whole.handled) {
    listener again(false);
    again.feed(spelled(each));
    if (again.handled.empty()) // its spelling may be longer than its limit
      continue;
    require(again.handled[0].path == each.path && again.handled[0].body == each.body,
            "a request is read again as it was", spelled(each));
  }
  whole.sut.end_of_input(whole.now);
  require(whole.sut.over(), "the end of the input is the end");
  watch.require_bounded(size);
  return 0;
}
