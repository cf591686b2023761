#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include <sys/types.h>

namespace pinion {

/// One moment of an actor that has a process of its own.
struct actor_status {
  enum class state : std::uint8_t {
    starting, ///< its process is about to be ready
    up,
    ended,    ///< by itself, or as it was told to
    given_up, ///< its processes died too often
  };
  std::string name;
  std::string behavior;
  state now = state::starting;
  pid_t pid = 0;
  std::string processors;
  std::uint64_t life = 0;    ///< its processes so far
  std::size_t waiting = 0;   ///< messages without an answer
  std::uint64_t handled = 0; ///< messages with one
  std::uint64_t failed = 0;  ///< messages that failed since a process died, or their time was over
  std::string cause;         ///< of the last end of a process
};

const char* name_of(actor_status::state what) noexcept;

} // namespace pinion
