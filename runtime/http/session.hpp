#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <pinion/actors/clock.hpp>
#include <pinion/runtime/http/body_source.hpp>
#include <pinion/runtime/http/limits.hpp>
#include <pinion/runtime/http/request_parser.hpp>
#include <pinion/runtime/http/response_writer.hpp>

namespace pinion::http {

/// What a session asks of who serves it. Called within feed(), answer(), written() and wake().
struct session_port {
  virtual ~session_port() = default;
  /// A head was read, now. An answer that is given here spares the body: an unknown route, somebody who may
  /// not.
  virtual std::optional<response> look(const request& head, time_point now) = 0;
  /// Whether take_body() is called for the body of this request, which look() has let in.
  virtual bool wants_body(const request&, bool /*empty*/) { return false; }
  /// The body comes to the port: body_taken() or body_refused() follows once, later. Until then the session
  /// reads nothing.
  virtual void take_body(body_source&&) {}
  /// All that was written before has gone to the client; the elements of an answer follow, and then
  /// elements_sent(). Until then the session writes nothing.
  virtual void send_elements(any_view&&) {}
  /// A whole request: answer() follows once, now or later, but not after give_up().
  virtual void handle(request&& what) = 0;
  /// Nobody waits for the answer any more.
  virtual void give_up() = 0;
  /// The answer comes soon, and costs little: who has said all that it will is owed it as well.
  virtual bool comes_soon() { return false; }
  /// An answer goes out: of the request that was looked at last, or of what was none. Before anything else is
  /// read.
  virtual void answered(unsigned, time_point) {}
  /// So many bytes more of a body are to be kept until it is answered; false: there is no room for them.
  virtual bool make_room(std::size_t) { return true; }
  virtual void give_room(std::size_t) noexcept {}
  /// Whether there is room for so many bytes more of an answer in pieces, whose client is behind.
  virtual bool may_fall_behind(std::size_t) { return true; }
};

/// One connection's HTTP/1.1 (RFC 9112), without sockets, actors or clocks: bytes and time are passed in, and
/// bytes are taken out. Requests of one connection are answered one after the other, in their order; those
/// that come meanwhile wait as bytes, if they are few. What is no request is answered, and the connection
/// closed. Belongs to one thread.
class session {
public:
  session(const limits& what, session_port& port, time_point now);
  session(const session&) = delete;
  session& operator=(const session&) = delete;
  ~session();

  /// Answers whatever comes with this, and closes the connection. REQUIRES: nothing was fed.
  void turn_away(const response& why, time_point now);
  /// Bytes that have come.
  void feed(std::string_view bytes, time_point now);
  /// No more will: the client has closed its side, or is gone. What it has sent in whole and what is answered
  /// at once it still gets; who computes for it is told to give up.
  void end_of_input(time_point now);
  /// What take_body() took is an array, or no request can be made of it.
  void body_taken(body_source&& back, any_array what, time_point now);
  void body_refused(const response& why, time_point now);
  /// The body of the request at hand is not kept any more; else it has its room until the answer.
  void body_read() noexcept;
  /// Whether the client has taken them all.
  void elements_sent(bool all, time_point now);
  /// Of the request at hand; where its body still comes, the connection is closed then. A status that is none
  /// becomes a problem (500), here and where an answer begins.
  void answer(const response& what, time_point now);
  /// Whether elements follow behind the head of this answer to the request at hand.
  bool has_elements(const response& what) const noexcept {
    return what.elements && !head_only_ && may_have_body(what.status);
  }
  /// Begins an answer whose body is written piece by piece, in chunks (RFC 9112, 7.1), until end_stream().
  /// One that is broken off before that lacks its last chunk.
  void begin_stream(const response& head, time_point now);
  /// A client that is behind by limits::unread is gone if it has read nothing for limits::stall_time, or the
  /// port has no room for more.
  void stream(std::string_view piece, time_point now);
  void end_stream(time_point now);
  /// Ends the connection instead, so that the client can tell that it has not got all.
  void break_stream(time_point now);
  /// Answers no request that comes after the one at hand.
  void stop(time_point now);
  /// Times that have passed by now.
  void wake(time_point now);
  time_point next_wake() const noexcept { return std::min(deadline_, write_by_); }

  /// To be written, in this order; the caller takes it out, and says by written() what became of it.
  std::string& output() noexcept { return out_; }
  /// Of what was taken out, so much its socket has not taken yet. Called when that may have changed, and
  /// before wake().
  void written(std::size_t left, time_point now);
  /// Whether more bytes are welcome. Else the client has not read much of its answers, or the port has the
  /// socket.
  bool wants_input() const noexcept {
    return !ended_ && phase_ != phase::over && phase_ != phase::away && phase_ != phase::sending &&
           !congested();
  }
  /// Nothing more will be written, but for what output() holds: the caller writes that and ends its side. It
  /// goes on to feed what comes, so that the client can read its answer (RFC 9112, 9.6), until over().
  bool finished() const noexcept { return phase_ == phase::lingering || phase_ == phase::over; }
  bool over() const noexcept { return phase_ == phase::over; }
  /// A request is being handled.
  bool handling() const noexcept {
    return phase_ == phase::handling || phase_ == phase::streaming || phase_ == phase::away ||
           phase_ == phase::sending;
  }
  /// An answer is being said in pieces.
  bool streaming() const noexcept { return phase_ == phase::streaming; }
  /// Between two requests, with nothing read of the next.
  bool idle() const noexcept { return phase_ == phase::head && !in_head_ && rest().empty(); }

  /// For its client or for an answer, and nothing that was read is left.
  bool waits() const noexcept { return (phase_ == phase::handling || phase_ == phase::head) && in_.empty(); }

private:
  enum class phase : std::uint8_t {
    head,
    body,
    away, ///< the body is with the port
    handling,
    streaming,
    sending, ///< the elements of an answer are with the port, or will be
    lingering,
    over,
  };

  std::string_view rest() const noexcept { return std::string_view(in_).substr(in_begin_); }
  void take(std::size_t bytes) noexcept { in_begin_ += bytes; }
  bool congested() const noexcept { return out_.size() + left_ > limits_.unread; }
  bool all_written() const noexcept { return !wrote_ && left_ == 0; }
  void pass_blank_lines();
  void advance(time_point now);
  bool read_head(time_point now);
  bool read_body(time_point now);
  void keep_body(std::size_t size);
  void hand_over(request&& what);
  void hand_body_over(time_point now);
  void end_answer(time_point now);
  void send(const response& what, bool keep_alive, time_point now);
  void refuse(const response& what, time_point now);
  void next_request();
  void rest_after_answer(time_point now);
  void close(time_point now);
  void end();

  const limits limits_;
  session_port& port_;
  request_parser parser_;
  phase phase_ = phase::head;
  std::string in_; ///< read; from in_begin_ on not yet understood
  std::size_t in_begin_ = 0;
  std::string body_;
  std::size_t body_room_ = 0; ///< that the port has made
  std::string out_;
  std::optional<any_view> elements_; ///< of an answer whose head is written
  std::size_t left_ = 0;             ///< taken out, and not yet by the client
  std::size_t unread_before_ = 0;    ///< what it had not read when an answer in pieces began
  bool wrote_ = false;               ///< something was written since written() said that all is gone
  time_point deadline_;
  time_point linger_until_ = never; ///< at the most
  time_point write_by_ = never;     ///< when the client must have taken some more
  time_point body_since_ = never;
  bool in_head_ = false;   ///< some of a head was read
  bool head_only_ = false; ///< of the request at hand: HEAD
  bool of_1_0_ = false;
  bool keep_alive_ = true;
  bool deaf_ = false;       ///< what comes is dropped: the client sent too much ahead
  std::size_t ignored_ = 0; ///< bytes of that
  bool ended_ = false;      ///< no more input will come
  bool stopping_ = false;
  bool advancing_ = false;
};

} // namespace pinion::http
