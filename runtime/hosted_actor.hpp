#pragma once

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include <pinion/actors/actor_status.hpp>
#include <pinion/actors/caf.hpp>
#include <pinion/shm/committed_value.hpp>

namespace pinion {

class actor_host;

/// An actor of the user's that has a process of its own (node::spawn_actor). A plain value: copies mean the
/// same actor, and dropping them does not end it; the node does. May outlive the node, and is of no use then.
/// Any thread.
class hosted_actor {
public:
  hosted_actor() = default;
  explicit hosted_actor(std::weak_ptr<actor_host> host) : host_(std::move(host)) {}

  /// To send messages to, and requests: the same through all its restarts. As any handle of CAF's it must not
  /// outlive its actor system, the node's. Throws task_error(node_stopping) when the node has gone.
  caf::actor handle() const;
  /// One moment of it; of an actor whose node has gone: ended.
  actor_status status() const;

  /// The elements of its state, in row-major order, as it last committed it: read from shared memory, so the
  /// actor is not asked and need not live. Throws task_error(bad_arguments) for one without a state, shm's
  /// wrong_type, and node_stopping.
  template <element T>
  std::vector<T> state() const {
    return committed<T>(arrays()).values();
  }
  template <class S>
  S state_value() const {
    return committed_value<S>(arrays()).get();
  }
  /// The same memory, for readers: its version, and read_to().
  committed_arrays arrays() const;

  /// Ends it: what has no answer by then fails with cancelled, and its process goes. Does not wait.
  void end() const;
  /// Sends its process a signal, for tests and demonstrations of faults.
  void signal(int number) const;

private:
  std::shared_ptr<actor_host> host() const;

  std::weak_ptr<actor_host> host_;
};

} // namespace pinion
