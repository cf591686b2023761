#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <pinion/shm/committed_value.hpp>

namespace pinion {

/// How an actor with a process of its own is to live (node::spawn_actor). A plain value.
struct actor_options {
  /// For people, `pinion ps` and messages; none: its behavior's, with a number where that is taken.
  std::string name{};
  /// Where its process is pinned; none: where a worker of the pool is, in turn.
  std::vector<int> processors{};
  /// Messages that come while its process is being started again wait for the next one; else they fail with
  /// restarting. Those before its first process is ready always wait.
  bool wait_for_restart = true;
  /// Messages without an answer, at the most; what comes then fails with overloaded.
  std::size_t max_waiting = 10'000;
  /// Processes that may die of one message before it fails. More than 1 is for messages that may be handled
  /// twice, in part or as a whole.
  int attempts = 1;
  /// From its coming to its answer; then a message fails with deadline_passed, and a process that is at it
  /// is killed and replaced. None: any time.
  std::optional<std::chrono::nanoseconds> timeout{};
  /// It is given up when its processes died more often than that within such a span.
  std::size_t restarts = 5;
  std::chrono::milliseconds within{60'000};
  /// As worker_memory: bytes that its process may have for itself beside what it begins with; 0: any.
  std::size_t memory = 0;
  /// Makes its state where the node keeps its arrays; empty: it has none.
  std::function<committed_arrays(store& in)> make_state{};

  /// With a state that begins as these elements, and survives its processes (actor_context::state).
  template <element T>
  actor_options& with_state(const view<const T>& initial) {
    make_state = [initial](store& in) { return make_committed(in, initial); };
    return *this;
  }
  template <element T>
  actor_options& with_state(const array<T>& initial) {
    return with_state(view<const T>(initial.view()));
  }
  /// The same with a plain struct (actor_context::state_value).
  template <class S>
  requires std::is_trivially_copyable_v<S> actor_options& with_state_value(const S& initial) {
    make_state = [initial](store& in) { return make_committed_value(in, initial); };
    return *this;
  }
};

} // namespace pinion
