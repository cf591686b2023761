#pragma once

#include <atomic>
#include <chrono>
#include <thread>

#include <pinion/actors/caf.hpp>
#include <pinion/runtime/scenario/probe_spec.hpp>
#include <pinion/runtime/scenario/samples.hpp>

namespace pinion::scenario {

/// Asks a request actor something trivial at a steady pace, whether or not it has answered before, and
/// measures how long each answer takes: a request actor that is busy for a second costs all that ask in that
/// second. Runs on a thread of its own. Made, finished and destroyed by the player's thread; must end before
/// the actor does.
class probe {
public:
  probe(caf::actor_system& system, caf::actor whom, const probe_spec& how);
  ~probe();
  probe(const probe&) = delete;
  probe& operator=(const probe&) = delete;

  /// Asks no more, waits for the answers that are still due, and gives all times in seconds.
  samples finish();

private:
  using clock = std::chrono::steady_clock;

  void run();
  bool hear_one(caf::scoped_actor& self, clock::time_point until);

  caf::actor_system& system_;
  const caf::actor whom_;
  const clock::duration every_;
  std::atomic<bool> is_finished_{false};
  std::atomic<bool> is_given_up_{false};
  // The thread's, until it is joined.
  std::vector<clock::time_point> asked_;
  std::size_t heard_ = 0;
  samples times_;
  std::thread thread_;
};

} // namespace pinion::scenario
