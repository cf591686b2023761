#include <pinion/runtime/http/session.hpp>

#include <algorithm>
#include <utility>

namespace pinion::http {

namespace {

// A server that ends does not wait long for clients to hang up.
constexpr std::chrono::milliseconds last_linger{200};

// Of a final answer (RFC 9110, 15).
bool is_status(unsigned number) noexcept { return number >= 200 && number <= 599; }

// An idle connection does not keep what a large answer has made.
constexpr std::size_t kept_output = 16 * 1024;

response no_status() { return problem(500, "the handler answered with a status that is none"); }

} // namespace

void session::answer(const response& what, time_point now) {
  if (phase_ == phase::away || phase_ == phase::body) { // that it does not wait for
    of_1_0_ = false;
    return send(what, false, now);
  }
  if (phase_ != phase::handling)
    return; // given up
  if (!is_status(what.status))
    return answer(no_status(), now);
  send(what, keep_alive_ && !stopping_, now);
}

void session::send(const response& what, bool keep_alive, time_point now) {
  port_.answered(what.status, now);
  write(what, {!head_only_, keep_alive, of_1_0_, false}, out_);
  wrote_ = true;
  keep_alive_ = keep_alive;
  if (!has_elements(what))
    return end_answer(now);
  elements_ = what.elements;
  phase_ = phase::sending;
  deadline_ = never;
}

void session::end_answer(time_point now) {
  if (!keep_alive_ || stopping_)
    return close(now);
  next_request();
  advance(now);
}

void session::elements_sent(bool all, time_point now) {
  if (phase_ != phase::sending)
    return; // given up
  if (!all)
    return end();
  wrote_ = true; // and is gone already
  end_answer(now);
  written(left_, now);
}

void session::turn_away(const response& why, time_point now) { send(why, false, now); }

// Of what is no request nobody knows where it ends.
void session::refuse(const response& what, time_point now) {
  if (phase_ != phase::away) // then the parser is with the port
    head_only_ = parser_.head().method == "HEAD";
  of_1_0_ = false;
  send(what, false, now);
}

void session::begin_stream(const response& head, time_point now) {
  if (phase_ != phase::handling)
    return;
  const bool bodiless = head_only_ || !may_have_body(head.status);
  if (!is_status(head.status) || bodiless)
    port_.give_up(); // what is said further is nobody's
  if (!is_status(head.status))
    return answer(no_status(), now);
  // To HTTP/1.0 the end of the connection is the end of the answer.
  keep_alive_ = keep_alive_ && !stopping_ && (!of_1_0_ || bodiless);
  port_.answered(head.status, now);
  unread_before_ = out_.size() + left_;
  write(head, {!head_only_, keep_alive_, of_1_0_, true}, out_);
  wrote_ = true;
  if (bodiless)
    return end_answer(now);
  phase_ = phase::streaming;
  if (stopping_)
    break_stream(now);
}

void session::stream(std::string_view piece, time_point now) {
  if (phase_ != phase::streaming || piece.empty())
    return;
  // Much may be said in one go. It does not read who has taken nothing of it for a while.
  const bool stalls = write_by_ != never && now >= after(write_by_, limits_.stall_time - limits_.write_time);
  const bool behind = out_.size() + left_ > limits_.unread + unread_before_;
  if (behind && (stalls || !port_.may_fall_behind(piece.size()))) {
    port_.give_up();
    return end();
  }
  write_piece(piece, of_1_0_, out_);
  wrote_ = true;
}

void session::break_stream(time_point now) {
  if (phase_ != phase::streaming)
    return;
  port_.give_up();
  close(now);
}

void session::end_stream(time_point now) {
  if (phase_ != phase::streaming)
    return;
  write_piece({}, of_1_0_, out_);
  wrote_ = true;
  end_answer(now);
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
  if (phase_ == phase::sending && elements_ && all_written() && out_.empty())
    port_.send_elements(std::move(*std::exchange(elements_, std::nullopt)));
  if (!finished() && !handling())
    advance(now);
}

void session::next_request() {
  parser_ = request_parser(limits_);
  body_.clear();
  body_read();
  phase_ = phase::head;
  pass_blank_lines();
  // Idle is who has read its answer and says nothing, and late who has not said all of a head that is read.
  deadline_ = never;
}

void session::rest_after_answer(time_point now) {
  if (idle()) {
    deadline_ = after(now, limits_.idle_time);
    if (out_.capacity() > kept_output)
      std::string().swap(out_);
  }
  if (phase_ != phase::lingering)
    return;
  if (ended_)
    return end();
  linger_until_ = after(now, stopping_ ? last_linger : limits_.longest_linger);
  deadline_ = std::min(after(now, limits_.linger_time), linger_until_);
}

// -- the end --------------------------------------------------------------------

void session::close(time_point now) {
  in_.clear();
  in_begin_ = 0;
  body_read();
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
  if (phase_ == phase::streaming)
    return break_stream(now);
  if (phase_ == phase::head)
    close(now);
  else if (phase_ == phase::lingering && all_written())
    rest_after_answer(now);
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
