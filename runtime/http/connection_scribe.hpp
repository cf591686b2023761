#pragma once

#include <functional>
#include <utility>

#include <pinion/actors/clock.hpp>
#include <pinion/runtime/http/outbox.hpp>
#include <pinion/runtime/link_scribe.hpp>
#include <pinion/shm/descriptor.hpp>

namespace pinion::http {

/// CAF's end of a client's TCP connection. What is written goes out when the events at hand have been
/// handled. The end of what the client sends comes as an empty new_data_msg, and the other direction stays
/// open, since it may still read its answer. When its broker lets go of it, it is closed. On the I/O thread.
class connection_scribe final : public link_scribe {
public:
  /// `out` must be there as long as a broker has it.
  connection_scribe(caf::io::network::default_multiplexer& loop, int fd, outbox& out)
      : link_scribe(loop, fd), out_box_(out) {
    begin_small();
  }

  using link_scribe::loop;
  using link_scribe::push;
  using link_scribe::rest;
  void flush() override;
  void graceful_shutdown() override;
  /// What is called, outside of a message, when all that was written has gone; false: its broker is to have a
  /// data_transferred_msg. To be set before anything is written.
  void when_all_sent(std::function<bool(time_point now)> told) { all_sent_ = std::move(told); }
  /// What is called when the socket takes no more, after it has taken some, with what is left. To be set as
  /// that one.
  void when_some_sent(std::function<void(std::size_t left)> told) { some_sent_ = std::move(told); }
  /// For the outbox.
  void send_waiting(time_point now);
  /// Ends what is sent, if all of it was written; else false.
  bool end_writing();
  /// The same socket once more, for who carries a body; throws std::system_error where no descriptor is left.
  descriptor share() const;

protected:
  void at_end() override;
  void some_sent() override {
    if (!detached())
      some_sent_(unsent());
  }

private:
  outbox& out_box_;
  std::function<bool(time_point now)> all_sent_;
  std::function<void(std::size_t left)> some_sent_;
  bool waits_ = false; ///< in the outbox
};

} // namespace pinion::http
