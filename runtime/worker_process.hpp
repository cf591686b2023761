#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <sys/types.h>

#include <pinion/shm/control_page.hpp>
#include <pinion/shm/descriptor.hpp>

namespace pinion {

/// What a worker process is started with.
struct worker_order {
  std::uint32_t slot = 0;
  std::uint64_t incarnation = 0;
  std::string node;                 ///< the node's name, for ps(1) and messages
  std::vector<int> processors;      ///< where it is pinned
  int nice = 0;                     ///< added to its nice value
  int spin_us = 0;                  ///< how long its thread looks for work before it sleeps
  std::vector<std::string> plugins; ///< in the order in which the node loaded them
  std::string arena;                ///< the segment for its results; empty: it can make none
  std::uint32_t arena_slot = 0;     ///< where the ledger counts them
  std::size_t memory = 0;           ///< bytes that it may have for itself beside what it begins with; 0: any
  std::string actor;                ///< whose process it is; empty: a worker of the pool
};

/// A started worker process: a child of ours, named by its pidfd wherever it is signalled or waited for, so
/// that a number that is used again never hits a stranger. Owned by the supervisor's thread; does not end the
/// process when it goes.
class worker_process {
public:
  /// Starts this very program (/proc/self/exe) again with posix_spawn(3), the order in its environment, and
  /// only these descriptors: link, control page, the node's pidfd and ledger, one for partial results, a pipe
  /// for what it prints. Pins the calling thread for the moment of the start, so that the child's first page
  /// is already touched where it is to live. Throws runtime_errc::cannot_start_worker. `environment` is what
  /// the worker's is made from, `ledger` the node's, by its descriptor.
  static worker_process start(const worker_order& order, const std::vector<std::string>& environment,
                              int ledger);

  pid_t pid() const noexcept { return pid_; }
  int pidfd() const noexcept { return pidfd_.get(); }
  /// Readable when it printed something.
  int output() const noexcept { return output_.get(); }
  /// The node's end of the link; given away once.
  descriptor take_link() noexcept { return std::move(link_); }
  /// The node's end of what partial results come through; given away once.
  descriptor take_stream() noexcept { return std::move(stream_); }
  const std::shared_ptr<control_page>& page() const noexcept { return page_; }

  /// pidfd_send_signal(2). False if it is gone already.
  bool signal(int number) const noexcept;
  /// Reads what it printed since, hands it on to our stderr and keeps the tail. False at the end of the pipe.
  bool read_output();
  void close_output() { output_.reset(); }
  /// How a process ended, in words: "killed by signal 9 (SIGKILL)", "exited with code 3", and the last lines
  /// it printed; and whether that may be the work of our SIGKILL, which is so too where its status is
  /// unknown.
  struct ending {
    std::string text;
    bool perhaps_killed = false;
  };
  /// Waits for the ended process; it must have ended: its pidfd is readable.
  ending reap();

private:
  pid_t pid_ = 0;
  descriptor pidfd_;
  descriptor output_;
  descriptor link_;
  descriptor stream_;
  std::shared_ptr<control_page> page_;
  std::string tail_;
};

} // namespace pinion
