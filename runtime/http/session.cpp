#include <pinion/runtime/http/session.hpp>

#include <utility>

namespace pinion::http {

namespace {

// Of requests behind the one at hand.
constexpr std::size_t most_ahead = 64 * 1024;

// A server that ends does not wait long for clients to hang up.
constexpr std::chrono::milliseconds last_linger{200};

[[noreturn]] void refuse_with(unsigned status, std::string_view detail) {
  throw request_parser::refusal{problem(status, detail)};
}

} // namespace

session::session(const limits& what, session_port& port, time_point now)
    : limits_(what), port_(port), parser_(what), deadline_(after(now, what.head_time)) {}

session::~session() { port_.give_room(body_room_); }

// -- what comes in --------------------------------------------------------------

void session::feed(std::string_view bytes, time_point now) {
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
    take(std::min(rest().find_first_not_of("\r\n"), rest().size()));
  if (was_idle && !rest().empty())
    deadline_ = after(now, limits_.head_time);
  advance(now);
}

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
  advancing_ = false;
  if (ended_ && (phase_ == phase::head || phase_ == phase::body))
    close(now);
}

bool session::read_head(time_point now) {
  if (!in_head_)
    take(std::min(rest().find_first_not_of("\r\n"), rest().size()));
  if (rest().empty())
    return false;
  in_head_ = true;
  take(parser_.read_head(rest()));
  if (!parser_.has_head())
    return false;
  in_head_ = false;
  const auto& head = parser_.head();
  head_only_ = head.method == "HEAD";
  of_1_0_ = parser_.of_1_0();
  keep_alive_ = head.keep_alive && !stopping_;
  phase_ = phase::body;
  body_since_ = now;
  deadline_ = after(now, limits_.body_time);
  if (const auto answer = port_.look(head)) {
    // What was not read of the body would be taken for the next request.
    send(*answer, keep_alive_ && !parser_.has_body(), now);
    return true;
  }
  if (parser_.body_size().value_or(0) > limits_.body)
    refuse_with(413, "a body may take " + std::to_string(limits_.body) + " bytes");
  if (parser_.waits_for_continue() && rest().empty()) {
    out_ += "HTTP/1.1 100 Continue\r\n\r\n";
    wrote_ = true;
  }
  return true;
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
  port_.give_room(std::exchange(body_room_, 0));
  phase_ = phase::handling;
  deadline_ = never;
  port_.handle(std::move(what));
  return true;
}

void session::keep_body(std::size_t size) {
  if (body_.size() > limits_.body)
    refuse_with(413, "a body may take " + std::to_string(limits_.body) + " bytes");
  if (!port_.make_room(size))
    throw request_parser::refusal{
        problem(503, "the server has no room for one more body now", std::chrono::seconds{1})};
  body_room_ += size;
}

void session::end_of_input(time_point now) {
  ended_ = true;
  if (handling())
    port_.give_up();
  close(now);
}

// -- what goes out --------------------------------------------------------------

void session::answer(const response& what, time_point now) {
  if (phase_ != phase::handling)
    return; // given up
  if (what.status < 200 || what.status > 599)
    return answer(problem(500, "the handler answered with a status that is none"), now);
  send(what, keep_alive_ && !stopping_, now);
}

void session::send(const response& what, bool keep_alive, time_point now) {
  write(what, {!head_only_, keep_alive, of_1_0_, false}, out_);
  wrote_ = true;
  if (!keep_alive)
    return close(now);
  next_request(now);
  advance(now);
}

// Of what is no request nobody knows where it ends.
void session::refuse(const response& what, time_point now) {
  head_only_ = head_only_ && parser_.has_head();
  of_1_0_ = false;
  send(what, false, now);
}

void session::begin_stream(const response& head, time_point) {
  if (phase_ != phase::handling)
    return;
  write(head, {!head_only_, false, of_1_0_, true}, out_);
  wrote_ = true;
  phase_ = phase::streaming;
}

void session::stream(std::string_view piece) {
  out_ += piece;
  wrote_ = true;
}

void session::end_stream(time_point now) {
  if (phase_ == phase::streaming)
    close(now);
}

void session::written(std::size_t left, time_point now) {
  const bool moved = left < left_;
  left_ = left;
  if (left_ == 0)
    write_by_ = never;
  else if (moved || write_by_ == never)
    write_by_ = after(now, limits_.write_time);
  if (left_ == 0 && out_.empty() && std::exchange(wrote_, false))
    rest_after_answer(now);
  if (!finished() && !handling())
    advance(now);
}

void session::next_request(time_point now) {
  parser_ = request_parser(limits_);
  body_.clear();
  phase_ = phase::head;
  // Idle is who has read its answer and says nothing.
  deadline_ = rest().empty() ? never : after(now, limits_.head_time);
}

void session::rest_after_answer(time_point now) {
  if (idle())
    deadline_ = after(now, limits_.idle_time);
  if (phase_ != phase::lingering)
    return;
  if (ended_)
    return end();
  deadline_ = after(now, stopping_ ? std::min(last_linger, limits_.linger_time) : limits_.linger_time);
}

// -- the end --------------------------------------------------------------------

void session::close(time_point now) {
  in_.clear();
  in_begin_ = 0;
  port_.give_room(std::exchange(body_room_, 0));
  phase_ = phase::lingering;
  deadline_ = never;
  if (all_written())
    rest_after_answer(now);
}

void session::end() {
  phase_ = phase::over;
  deadline_ = write_by_ = never;
}

void session::stop(time_point now) {
  stopping_ = true;
  if (idle() && all_written())
    return end();
  if (phase_ == phase::head)
    close(now);
}

void session::wake(time_point now) {
  if (now >= write_by_) { // it does not read
    if (handling())
      port_.give_up();
    return end();
  }
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
                                   std::to_string(limits_.body_rate) +
                                   " bytes a second, without long pauses"),
                  now);
  case phase::lingering:
    return end();
  default:
    deadline_ = never;
  }
}

} // namespace pinion::http
