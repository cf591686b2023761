#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include <sys/types.h>

#include <pinion/shm/descriptor.hpp>

namespace pinion::scenario {

/// This very program, started once more with the same arguments to play one step apart, with a stream of text
/// lines between the two. Owned by the player's thread, which alone calls it. The destructor ends and awaits
/// the process, which also leaves on its own when we are gone: its end of the stream closes.
class part_process {
public:
  /// Throws runtime_errc::system_refused.
  part_process();
  ~part_process();
  part_process(const part_process&) = delete;
  part_process& operator=(const part_process&) = delete;

  void send(const std::string& line);

  /// Waits for the next line at most until `when`: nothing when none came.
  enum class heard { line, nothing, end };
  heard receive(std::string& line, std::chrono::steady_clock::time_point when);

  /// Waits for the end of the process, and gives its wait status (waitpid(2)); kills it at `when`.
  int wait_for_end(std::chrono::steady_clock::time_point when);

  /// The last lines of what it printed.
  std::string printed() const;

private:
  bool ended_by(std::chrono::steady_clock::time_point when);

  descriptor stream_;
  descriptor output_; ///< a file in memory
  descriptor pidfd_;
  pid_t pid_ = 0;
  int status_ = 0;
  bool is_reaped_ = false;
  std::string rest_; ///< what was read behind the last whole line
};

/// In the started process: the descriptor of its end of the stream, taken out of the environment so that
/// nobody below inherits it; nothing in a process that was started by a user.
std::optional<int> take_part_stream();

} // namespace pinion::scenario
