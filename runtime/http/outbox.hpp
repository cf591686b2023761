#pragma once

#include <memory>
#include <vector>

#include <pinion/actors/caf.hpp>

namespace pinion::http {

class connection_scribe;

/// What the connections of a server have written since the loop last looked for events: it is sent when all
/// of those have been handled. The system call that sends an answer also wakes the client that sleeps until
/// it is there; one with several connections is so woken once for many. On the I/O thread.
class outbox : public std::enable_shared_from_this<outbox> {
public:
  outbox();
  outbox(const outbox&) = delete;
  outbox& operator=(const outbox&) = delete;
  ~outbox();

  /// Calls send_waiting() of it soon.
  void add(caf::intrusive_ptr<connection_scribe> whose);

private:
  void send();

  std::vector<caf::intrusive_ptr<connection_scribe>> full_;
  std::vector<caf::intrusive_ptr<connection_scribe>> sending_;
};

} // namespace pinion::http
