#pragma once

#include <memory>

#include <pinion/actors/caf.hpp>
#include <pinion/runtime/scenario/front_job.hpp>
#include <pinion/runtime/scenario/thread_pool.hpp>

namespace pinion::scenario {

/// The request actor of a burst, which takes every request in and answers it in one of the four ways, with
/// the threads that two of them need. Made and destroyed by the player's thread; the destructor gives up what
/// is not answered, and returns when neither actor nor threads run any more.
///
/// The actor answers (ping_atom, number) with (pong_atom, number): what a probe asks.
class front {
public:
  explicit front(std::shared_ptr<front_job> job);
  ~front();
  front(const front&) = delete;
  front& operator=(const front&) = delete;

  /// Asks for the first requests; each answer then brings the next one.
  void begin();

  const caf::actor& handle() const noexcept { return actor_; }

private:
  std::shared_ptr<front_job> job_;
  std::unique_ptr<thread_pool> pool_; ///< null where the way has none
  caf::actor actor_;
};

} // namespace pinion::scenario
