#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <pinion/shm/arena_owner.hpp>
#include <pinion/shm/segment_file.hpp>
#include <pinion/shm/stretch.hpp>

namespace pinion {

/// A lease of a task on some elements, or its wish for one, at one moment; for people who ask.
struct task_claim {
  enum class state : std::uint8_t { runs, sent, waits };
  std::uint64_t task = 0;
  std::string kernel;
  state now = state::waits;
  int slot = -1; ///< the worker that has it
  access right = access::read;
  stretch what;
};

const char* name_of(task_claim::state what) noexcept;

/// What a dispatcher knows of a node's arrays.
struct claim_report {
  std::vector<task_claim> claims; ///< those of running tasks first
  bool more = false;              ///< there are others that were left out
  /// The result arenas: the workers', and those of dead workers in which somebody still has an array.
  std::vector<std::shared_ptr<const arena_owner>> arenas;
};

} // namespace pinion
