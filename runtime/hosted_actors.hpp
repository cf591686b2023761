#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <pinion/runtime/actor_host.hpp>
#include <pinion/runtime/actor_options.hpp>

namespace pinion {

/// A node's actors that have processes of their own, by name. Any thread.
class hosted_actors {
public:
  /// What stays the same for all of them.
  struct ground {
    supervisor::setup pool; ///< where its workers are, and how their processes are started
    std::shared_ptr<const kernel_registry> kernels;
    std::shared_ptr<spdlog::logger> log;
    std::function<void(std::function<void()> job)> run; ///< on a thread that may wait
  };

  explicit hosted_actors(ground what) : ground_(std::move(what)) {}

  /// Throws runtime_errc::name_taken where another one of that name lives, and bad_config for processors that
  /// are none; task_error(node_stopping) after close().
  std::shared_ptr<actor_host> start(caf::actor_system& system, const actor_options& how, begin_actor begin,
                                    std::optional<committed_arrays> state,
                                    std::vector<std::shared_ptr<const void>> holds);
  /// By name; those that have ended too, until another one takes the name.
  std::vector<actor_status> status() const;

  /// All refuse what comes, and their processes go: killed after the grace.
  void stop(std::chrono::milliseconds grace);
  /// After that: no actor of them is left.
  void close(caf::actor_system& system);

private:
  std::string name_for(const actor_options& how, const std::string& behavior) const;
  bool lives(const std::string& name) const;

  const ground ground_;
  mutable std::mutex mutex_;
  std::map<std::string, std::shared_ptr<actor_host>> all_; ///< guarded by mutex_
  std::vector<std::shared_ptr<actor_host>> replaced_;      ///< guarded by mutex_; whose names others have
  std::size_t started_ = 0;                                ///< guarded by mutex_
  bool closed_ = false;                                    ///< guarded by mutex_
};

} // namespace pinion
