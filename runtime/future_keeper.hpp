#pragma once

#include <memory>

#include <spdlog/logger.h>

#include <pinion/actors/caf.hpp>
#include <pinion/actors/promise.hpp>
#include <pinion/runtime/background.hpp>

namespace pinion {

/// What a node does for the futures of its tasks, and for those that outlive it: calls who wants to be called
/// with results (future::then, co_await), one after the other on a thread of its own, and gives tasks up.
class future_keeper final : public promise::keeper {
public:
  future_keeper(const caf::actor& dispatcher, std::shared_ptr<spdlog::logger> log);

  void run(promise::job what) override;
  void cancel(const std::shared_ptr<task>& what) override;
  /// Returns when all were called; later ones are called by who sets or asks.
  void finish() { thread_.finish(); }

private:
  /// Weak: what is left of an actor must not keep arrays.
  const caf::weak_actor_ptr dispatcher_;
  const std::shared_ptr<spdlog::logger> log_;
  background thread_;
};

} // namespace pinion
