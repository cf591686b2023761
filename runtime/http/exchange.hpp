#pragma once

#include <cstddef>
#include <functional>
#include <memory>

#include <pinion/actors/caf.hpp>
#include <pinion/actors/outcome.hpp>
#include <pinion/runtime/http/messages.hpp>
#include <pinion/runtime/http/reply.hpp>
#include <pinion/runtime/http/request.hpp>
#include <pinion/runtime/http/response.hpp>

namespace pinion::http {

/// What a connection does for whoever answers its request. On the I/O thread.
struct asker {
  virtual ~asker() = default;
  /// Who asks others, in the name of this request.
  virtual caf::io::broker& actor() noexcept = 0;
  /// Gives a task to the dispatcher; it is withdrawn when the client goes away, and `told` is not called
  /// then.
  virtual void ask(task_ptr what, std::function<void(outcome&& result)> told) = 0;
  /// This actor answers; it is ended when the client goes away.
  virtual void leave_to(caf::actor whom) = 0;
  /// The body is not kept any more, and its room others'.
  virtual void body_read() = 0;
  /// The number of the client, for task_options::client.
  virtual std::uint64_t client() const noexcept = 0;
};

/// A request and the way to answer it. Cheap to copy; any thread may answer. The first answer counts, those
/// that come later, or when the client, the server or the node is gone, are dropped; if the last copy goes
/// without one, the client is told so (500).
class exchange {
public:
  exchange(request what, pairs parts, reply::way back);

  const request& what() const noexcept;
  /// Frees what the request brought, all but its path. REQUIRES: nobody else looks at what().
  void forget() const;
  /// What stands at a part of the route in braces. Throws std::out_of_range for one that it does not have.
  const std::string& part(std::string_view name) const;
  /// Breaks off an answer in pieces.
  void answer(response with) const;

  /// An answer that comes piece by piece (in chunks; RFC 9112, 7.1), until end(). If the last copy goes
  /// before that, or something is answered or thrown, it is broken off: its last chunk is left out, by which
  /// clients can tell (those of HTTP/1.0 cannot). For begin() the same holds as for answer(), and one with
  /// elements is whole. say() waits for nobody: what was said and not yet sent is kept in memory. A client
  /// that is behind by limits::unread is gone if it takes nothing for limits::stall_time, and so is the one
  /// that is behind most when there is more than limits::backlog.
  void begin(response head) const;
  void say(std::string piece) const;
  void end() const;
  /// Bytes of what was said, and of answers before it, that the client has not taken, with the marks of its
  /// chunks; 0 when gone(). Who has much to say waits until they are few, a request actor by a message to
  /// itself.
  std::size_t unsent() const noexcept;
  /// What is said further is nobody's: the client has gone, or wants the head alone, or the answer has ended
  /// and another one is begun.
  bool gone() const noexcept;

  /// For who answers what is thrown: it outlives the last copy.
  std::shared_ptr<reply> back() const;

private:
  struct state;
  std::shared_ptr<state> state_;
};

} // namespace pinion::http
