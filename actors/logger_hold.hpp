#pragma once

#include <pinion/actors/caf.hpp>

namespace pinion {

/// CAF 0.17.6 has each thread that makes a system, spawns an actor or uses a scoped_actor hold the system's
/// logger until the thread ends, and a system is not destroyed before nobody holds it: a node could not be
/// destroyed while another thread lives that only asked for its status. This lets go of the logger at the end
/// of a scope. On any thread but CAF's own.
class logger_hold {
public:
  logger_hold() = default;
  logger_hold(const logger_hold&) = delete;
  logger_hold& operator=(const logger_hold&) = delete;
  ~logger_hold() { caf::logger::set_current_actor_system(nullptr); }
};

} // namespace pinion
