#include <pinion/runtime/http/session.hpp>

#include <algorithm>
#include <utility>

namespace pinion::http {

namespace {

// Of requests behind the one at hand.
constexpr std::size_t most_ahead = 64 * 1024;

} // namespace

session::session(const limits& what, session_port& port, time_point now)
    : limits_(what), port_(port), parser_(what), deadline_(after(now, what.head_time)) {}

bool session::wants_input() const noexcept {
  return !ended_ && phase_ != phase::over && (!handling() || in_.size() < most_ahead);
}

void session::feed(std::string_view bytes, time_point now) {
  if (finished() || ended_)
    return; // it is let run out
  if (idle() && !bytes.empty())
    deadline_ = after(now, limits_.head_time);
  in_ += bytes;
  advance(now);
}

// Not from within itself: a request may be answered while it is handed over.
void session::advance(time_point now) {
  if (std::exchange(advancing_, true))
    return;
  try {
    while ((phase_ == phase::head && read_head(now)) || (phase_ == phase::body && read_body()))
      ;
  } catch (const request_parser::refusal& why) {
    refuse(why.answer, now);
  }
  advancing_ = false;
  if (ended_ && (phase_ == phase::head || phase_ == phase::body))
    close(now);
}

bool session::read_head(time_point now) {
  // Empty lines before a request are passed over (RFC 9112, 2.2).
  if (!in_head_)
    in_.erase(0, std::min(in_.find_first_not_of("\r\n"), in_.size()));
  if (in_.empty())
    return false;
  in_head_ = true;
  in_.erase(0, parser_.read_head(in_));
  if (!parser_.has_head())
    return false;
  in_head_ = false;
  const auto& head = parser_.head();
  head_only_ = head.method == "HEAD";
  of_1_0_ = parser_.of_1_0();
  keep_alive_ = head.keep_alive && !stopping_;
  body_.clear();
  phase_ = phase::body;
  body_since_ = now;
  deadline_ = after(now, limits_.body_time);
  if (auto answer = port_.look(head)) {
    // What was not read of the body would be taken for the next request.
    keep_alive_ = keep_alive_ && !parser_.has_body();
    phase_ = phase::handling;
    this->answer(*answer, now);
    return true;
  }
  if (parser_.body_size().value_or(0) > limits_.body)
    throw request_parser::refusal{problem(413, "a body may take " + std::to_string(limits_.body) + " bytes")};
  if (parser_.waits_for_continue() && in_.empty())
    out_ += "HTTP/1.1 100 Continue\r\n\r\n";
  return true;
}

bool session::read_body() {
  if (!parser_.done()) {
    if (in_.empty())
      return false;
    in_.erase(0, parser_.read_body(in_, body_));
    if (body_.size() > limits_.body)
      throw request_parser::refusal{
          problem(413, "a body may take " + std::to_string(limits_.body) + " bytes")};
    deadline_ = after(body_since_,
                      limits_.body_time +
                          std::chrono::seconds(body_.size() / std::max<std::size_t>(1, limits_.body_rate)));
    if (!parser_.done())
      return false;
  }
  auto what = parser_.take();
  what.body = std::exchange(body_, {});
  phase_ = phase::handling;
  deadline_ = never;
  port_.handle(std::move(what));
  return true;
}

void session::answer(const response& what, time_point now) {
  if (phase_ != phase::handling)
    return; // given up
  send(what, keep_alive_ && !stopping_, now);
}

void session::send(const response& what, bool keep_alive, time_point now) {
  write(what, {!head_only_, keep_alive, of_1_0_, false}, out_);
  settle(keep_alive, now);
}

void session::begin_stream(const response& head, time_point) {
  if (phase_ != phase::handling)
    return;
  write(head, {!head_only_, false, of_1_0_, true}, out_);
  phase_ = phase::streaming;
}

void session::end_stream(time_point now) {
  if (phase_ == phase::streaming)
    close(now);
}

void session::settle(bool keep_alive, time_point now) {
  if (!keep_alive)
    return close(now);
  next_request(now);
  advance(now);
}

void session::next_request(time_point now) {
  parser_ = request_parser(limits_);
  phase_ = phase::head;
  deadline_ = after(now, in_.empty() ? limits_.idle_time : limits_.head_time);
}

// Of what is no request nobody knows where it ends.
void session::refuse(const response& what, time_point now) {
  head_only_ = head_only_ && parser_.has_head();
  of_1_0_ = false;
  send(what, false, now);
}

void session::close(time_point now) {
  in_.clear();
  phase_ = ended_ ? phase::over : phase::lingering;
  deadline_ = ended_ ? never : after(now, limits_.linger_time);
}

void session::end_of_input(time_point now) {
  ended_ = true;
  if (handling()) {
    port_.give_up();
    phase_ = phase::handling;
  }
  close(now);
}

void session::stop(time_point now) {
  stopping_ = true;
  if (phase_ == phase::head)
    close(now);
}

void session::wake(time_point now) {
  if (now < deadline_)
    return;
  switch (phase_) {
  case phase::head:
    if (!in_head_)
      return close(now);
    return refuse(problem(408, "a request's head should come within " +
                                   std::to_string(limits_.head_time.count()) + " ms"),
                  now);
  case phase::body:
    return refuse(problem(408, "the body comes too slowly; send at least " +
                                   std::to_string(limits_.body_rate) + " bytes a second"),
                  now);
  case phase::lingering:
    phase_ = phase::over;
    deadline_ = never;
    return;
  default:
    deadline_ = never;
  }
}

} // namespace pinion::http
