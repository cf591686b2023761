#include <pinion/runtime/http/session.hpp>

#include <utility>

#include <pinion/shm/error.hpp>

namespace pinion::http {

namespace {

// Of requests behind the one at hand.
constexpr std::size_t most_ahead = 64 * 1024;
// Of what comes when it was more than that.
constexpr std::size_t most_ignored = std::size_t{16} << 20U;

std::string too_large(std::size_t most) {
  return "a body that is no array may take " + readable_size(most) +
         "; send arrays as application/x-npy, or ask for a higher limit (--http-body)";
}

// A connection that waits does not keep what a large request has made.
void give_back(std::string& empty) {
  constexpr std::size_t kept = 16 * 1024;
  if (empty.capacity() > kept)
    std::string().swap(empty);
}

[[noreturn]] void refuse_with(unsigned status, std::string_view detail) {
  throw request_parser::refusal{problem(status, detail)};
}

} // namespace

session::session(const limits& what, session_port& port, time_point now)
    : limits_(what), port_(port), parser_(what), deadline_(after(now, what.head_time)) {}

session::~session() { body_read(); }

void session::body_read() noexcept {
  if (body_room_ > 0)
    port_.give_room(std::exchange(body_room_, 0));
}

// -- what comes in --------------------------------------------------------------

void session::feed(std::string_view bytes, time_point now) {
  if (phase_ == phase::lingering && deadline_ != never)
    deadline_ = std::min(after(now, limits_.linger_time), linger_until_);
  if (deaf_ && (ignored_ += bytes.size()) > most_ignored && handling()) {
    port_.give_up();
    return end();
  }
  if (finished() || ended_ || deaf_)
    return; // it is let run out
  const bool was_idle = idle();
  in_ += bytes;
  if (handling()) {
    if (rest().size() <= most_ahead)
      return;
    // Not held up: then nobody would notice that the client goes away.
    deaf_ = true;
    keep_alive_ = false;
    in_.clear();
    in_begin_ = 0;
    return;
  }
  // Empty lines before a request are passed over (RFC 9112, 2.2), and are no request.
  if (was_idle)
    pass_blank_lines();
  if (was_idle && !rest().empty() && !congested())
    deadline_ = after(now, limits_.head_time);
  advance(now);
}

void session::pass_blank_lines() { take(std::min(rest().find_first_not_of("\r\n"), rest().size())); }

// Not from within itself: a request may be answered while it is handed over. Not while the client reads
// nothing.
void session::advance(time_point now) {
  if (std::exchange(advancing_, true))
    return;
  try {
    while (!congested() &&
           ((phase_ == phase::head && read_head(now)) || (phase_ == phase::body && read_body(now))))
      ;
  } catch (const request_parser::refusal& why) {
    refuse(why.answer, now);
  }
  in_.erase(0, std::exchange(in_begin_, 0));
  if (waits())
    give_back(in_);
  advancing_ = false;
  if (!ended_)
    return;
  if (phase_ == phase::handling && !port_.comes_soon()) {
    port_.give_up();
    close(now);
  } else if ((phase_ == phase::head || phase_ == phase::body) && !congested()) {
    close(now);
  }
}

bool session::read_head(time_point now) {
  if (!in_head_)
    pass_blank_lines();
  if (rest().empty())
    return false;
  in_head_ = true;
  take(parser_.read_head(rest()));
  if (!parser_.has_head()) {
    if (deadline_ == never)
      deadline_ = after(now, limits_.head_time);
    return false;
  }
  in_head_ = false;
  const auto& head = parser_.head();
  head_only_ = head.method == "HEAD";
  of_1_0_ = parser_.of_1_0();
  keep_alive_ = head.keep_alive && !stopping_;
  phase_ = phase::body;
  body_since_ = now;
  deadline_ = after(now, limits_.body_time);
  if (const auto answer = port_.look(head, now)) {
    // What was not read of the body would be taken for the next request.
    send(*answer, keep_alive_ && !parser_.has_body(), now);
    return true;
  }
  const bool by_port = port_.wants_body(head, !parser_.has_body());
  if (!by_port && parser_.body_size().value_or(0) > limits_.body)
    refuse_with(413, too_large(limits_.body));
  if (parser_.waits_for_continue() && rest().empty()) {
    out_ += "HTTP/1.1 100 Continue\r\n\r\n";
    wrote_ = true;
  }
  if (by_port)
    hand_body_over(now);
  return true;
}

void session::hand_body_over(time_point now) {
  phase_ = phase::away;
  deadline_ = never;
  std::string ahead(rest());
  take(ahead.size());
  port_.take_body({std::exchange(parser_, request_parser(limits_)), std::move(ahead), now});
}

void session::body_taken(body_source&& back, any_array what, time_point now) {
  if (phase_ != phase::away)
    return; // given up
  in_ = std::move(back.rest);
  auto whole = back.parser.take();
  whole.array = std::move(what);
  body_since_ = back.since;
  hand_over(std::move(whole));
  advance(now);
}

void session::body_refused(const response& why, time_point now) {
  if (phase_ == phase::away)
    refuse(why, now);
}

bool session::read_body(time_point now) {
  if (!parser_.done()) {
    if (rest().empty())
      return false;
    const auto before = body_.size();
    take(parser_.read_body(rest(), body_));
    keep_body(body_.size() - before);
    if (!parser_.done()) {
      // What lies there is the mark of a chunk, or fields behind the last one.
      if (rest().size() > limits_.head)
        refuse_with(431, "what stands beside a body may take " + std::to_string(limits_.head) + " bytes");
      const auto earned = std::chrono::seconds(body_.size() / std::max<std::size_t>(1, limits_.body_rate));
      deadline_ = std::min(after(body_since_, limits_.body_time + earned), after(now, limits_.body_time));
      return false;
    }
  }
  auto what = parser_.take();
  what.body = std::exchange(body_, {});
  hand_over(std::move(what));
  return true;
}

void session::hand_over(request&& what) {
  phase_ = phase::handling;
  deadline_ = never;
  what.arrived = body_since_;
  port_.handle(std::move(what));
}

void session::keep_body(std::size_t size) {
  if (body_.size() > limits_.body)
    refuse_with(413, too_large(limits_.body));
  if (!port_.make_room(size))
    throw request_parser::refusal{
        problem(503, "the server has no room for one more body now", std::chrono::seconds{1})};
  body_room_ += size;
}

void session::end_of_input(time_point now) {
  ended_ = true;
  // What it is owed costs nobody anything more, and whether it is still there will be seen.
  if (phase_ == phase::sending) {
    keep_alive_ = false;
    return;
  }
  if (phase_ == phase::handling && port_.comes_soon())
    return; // and then what came behind it
  if (handling())
    port_.give_up();
  close(now);
}

} // namespace pinion::http
