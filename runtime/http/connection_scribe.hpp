#pragma once

#include <pinion/runtime/link_scribe.hpp>
#include <pinion/shm/descriptor.hpp>

namespace pinion::http {

/// CAF's end of a client's TCP connection. The end of what the client sends comes as an empty new_data_msg,
/// and the other direction stays open, since it may still read its answer. When its broker lets go of it, it
/// is closed. On the I/O thread.
class connection_scribe final : public link_scribe {
public:
  connection_scribe(caf::io::network::default_multiplexer& loop, int fd) : link_scribe(loop, fd) {
    begin_small();
  }

  void graceful_shutdown() override;
  /// Ends what is sent, if all of it was written; else false.
  bool end_writing();
  /// The same socket once more, for who carries a body; throws std::system_error where no descriptor is left.
  descriptor share() const;
  /// Bytes that the client has not taken yet.
  std::size_t unwritten() const noexcept { return unsent(); }

protected:
  void at_end() override;
};

} // namespace pinion::http
