#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include <pinion/runtime/http/haul.hpp>
#include <pinion/shm/descriptor.hpp>

namespace pinion::http {

/// A thread of a server's that carries large bodies between sockets and shared memory, so that the I/O thread
/// need not: to make room for an array and to fill its pages takes it a third of a second a GiB. All hauls
/// have their turns, none waits for another's client. The thread starts with the first of them. Any thread
/// may call any member.
class porter {
public:
  porter();
  porter(const porter&) = delete;
  porter& operator=(const porter&) = delete;
  /// As stop().
  ~porter();

  /// Its number, for drop(). After stop() it is dropped at once.
  std::uint64_t take(std::unique_ptr<haul> what);
  /// It is not to go on; it may have come to its end, and said so, when this returns.
  void drop(std::uint64_t which);
  /// Runs a job that takes a while, between two turns. What it throws is dropped. After stop() it is not run.
  void run(std::function<void()> job);
  /// Called after each turn, on the porter's thread; it says when it is to be called at the latest. Before
  /// the first of all these.
  void look_after(std::function<time_point(time_point now)> upkeep) { upkeep_ = std::move(upkeep); }
  /// Drops all, and waits for the turn or the job at hand. Not from a job.
  void stop();

private:
  void wake() const;
  void start();
  void work();
  bool fetch();
  void wait(time_point until);

  const descriptor wake_; ///< an eventfd: written by any thread, read by the porter's

  std::function<time_point(time_point now)> upkeep_;

  std::mutex mutex_;
  // Guarded by mutex_.
  std::vector<std::pair<std::uint64_t, std::unique_ptr<haul>>> fresh_;
  std::vector<std::uint64_t> dropped_;
  std::vector<std::function<void()>> jobs_;
  std::uint64_t last_ = 0;
  bool ending_ = false;
  std::thread thread_;

  /// The porter's thread's alone.
  std::map<std::uint64_t, std::unique_ptr<haul>> hauls_;
  std::vector<std::uint64_t> ready_;
};

} // namespace pinion::http
