#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <pinion/actors/actor_status.hpp>
#include <pinion/actors/caf.hpp>
#include <pinion/actors/kernel_registry.hpp>
#include <pinion/runtime/actor_options.hpp>
#include <pinion/runtime/supervisor.hpp>
#include <pinion/shm/committed.hpp>

namespace spdlog {
class logger;
}

namespace pinion {

/// What a node keeps of one actor with a process of its own: the keeper of its processes, its stand-in, its
/// state. Any thread may call any of it.
class actor_host : public std::enable_shared_from_this<actor_host> {
public:
  struct setup {
    std::string name;
    begin_actor begin;
    supervisor::setup processes;
    std::uint16_t port = 0; ///< names its link within this process
    std::optional<committed_arrays> state;
    std::vector<std::shared_ptr<const void>> holds; ///< arrays among its arguments
    actor_options how;
    std::shared_ptr<const kernel_registry> kernels;
    std::shared_ptr<spdlog::logger> log;
    std::function<void(std::function<void()> job)> run; ///< on a thread that may wait
  };

  explicit actor_host(setup what) : setup_(std::move(what)) {}
  ~actor_host();
  actor_host(const actor_host&) = delete;
  actor_host& operator=(const actor_host&) = delete;

  /// Starts the process and the stand-in. Once, after the making, by its owner.
  void start(caf::actor_system& system);

  const std::string& name() const noexcept { return setup_.name; }
  const std::optional<committed_arrays>& state() const noexcept { return setup_.state; }
  caf::actor handle() const;
  actor_status status() const;
  void end();
  void signal(int number);

  /// Waits for its process to end, killed after the grace.
  void stop_process(std::chrono::milliseconds grace);
  /// The node stops: refuses what comes, and sends the process home. Does not wait.
  void say_goodbye();
  /// Another one has its name: ends the stand-in, without waiting for that. False while its process is there.
  bool let_go(caf::actor_system& system);
  /// After that and stop_process(): ends the stand-in, and waits for it.
  void close(caf::actor_system& system);

private:
  const setup setup_;
  std::shared_ptr<supervisor> processes_; ///< constant once started
  std::mutex stopping_;                   ///< held by who waits for the process to end
  std::atomic<bool> stopped_{false};      ///< written under stopping_: the process was waited for
  mutable std::mutex mutex_;
  caf::actor stand_in_; ///< guarded by mutex_
  actor_status now_;    ///< guarded by mutex_; written by the stand-in's thread
};

} // namespace pinion
