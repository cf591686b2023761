#pragma once

#include <cstddef>

#include <pinion/runtime/scenario/request_spec.hpp>
#include <pinion/runtime/scenario/way.hpp>

namespace pinion::scenario {

/// A burst in which one request calls a kernel that crashes, played in a child process with a node of its
/// own: some ways take the whole process down.
struct crash_step {
  scenario::way way = way::awaited;
  request_spec request; ///< what all the others ask for
  request_spec crash;   ///< what the one asks for; crash("segv") unless the file says otherwise
  std::size_t at = 0;   ///< which one it is, from 0
  std::size_t count = 1;
};

} // namespace pinion::scenario
