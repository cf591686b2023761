#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <sys/types.h>

namespace pinion {

/// A worker slot as `pinion ps` shows it.
struct worker_status {
  enum class state : std::uint8_t {
    starting,
    idle,
    busy,
    gone,
    given_up, ///< its processes died too often
    resting,  ///< no process is wanted here now
  };
  /// What the slot's process is there for.
  enum class duty : std::uint8_t {
    active,  ///< it takes tasks
    spare,   ///< it stands ready to take the place of another
    leaving, ///< it finishes what it has, and ends
  };
  std::uint32_t slot = 0;
  state now = state::starting;
  duty as = duty::active;
  pid_t pid = 0;
  std::uint64_t incarnation = 0;
  std::string processors;
  std::uint64_t tasks_done = 0;
  std::uint64_t restarts = 0;
  std::string running;     ///< the kernel of the task at hand, empty when idle
  std::int64_t for_ns = 0; ///< how long it has been at it
};

const char* name_of(worker_status::state what) noexcept;
const char* name_of(worker_status::duty what) noexcept;

/// Whether a dispatcher hands out tasks, and takes new ones.
enum class pool_phase : std::uint8_t {
  open,
  paused,   ///< takes tasks in and hands none out
  draining, ///< takes none in, and finishes what it has
};

const char* name_of(pool_phase what) noexcept;

/// One moment of a dispatcher.
struct dispatcher_status {
  std::vector<worker_status> workers;
  pool_phase phase = pool_phase::open;
  std::size_t queued = 0;      ///< tasks that wait for a worker or for arrays
  std::size_t waiting = 0;     ///< of those: for arrays that other tasks use
  std::size_t sent = 0;        ///< tasks handed to workers
  std::uint64_t done = 0;      ///< answered with a result
  std::uint64_t failed = 0;    ///< answered with a failure
  std::uint64_t expired = 0;   ///< of those: their deadline passed
  std::uint64_t withdrawn = 0; ///< of those: their asker went away
  std::uint64_t refused = 0;   ///< of those: there was no room for them in the queue
  std::uint64_t shed = 0;      ///< of those: they went to make room for others
  std::uint64_t recycled = 0;  ///< workers that ended as they had run enough tasks, or grown
};

} // namespace pinion
