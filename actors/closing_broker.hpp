#pragma once

#include <utility>

#include <pinion/actors/caf.hpp>

#include <caf/detail/sync_request_bouncer.hpp>

namespace pinion {

/// A broker that closes its mailbox when it ends, as CAF's other actors do: what is asked afterwards is
/// answered with an error, and what lies there is let go. CAF 0.17.6's own brokers keep both for ever, and
/// with a message of their own among them (a timer's) they are never freed.
class closing_broker : public caf::io::broker {
public:
  using caf::io::broker::broker;

  bool cleanup(caf::error&& reason, caf::execution_unit* host) override {
    if (!mailbox().closed()) {
      mailbox().close();
      caf::detail::sync_request_bouncer bounce{reason};
      while (mailbox().queue().new_round(1000, bounce).consumed_items > 0)
        ;
    }
    return caf::io::broker::cleanup(std::move(reason), host);
  }
};

} // namespace pinion
