#pragma once

#include <optional>
#include <string_view>

namespace pinion::scenario {

/// Who computes a request, and what the request actor does meanwhile.
enum class way {
  inlined, ///< the request actor computes it itself, and hears nothing else until it is done
  threads, ///< a pool of threads in the node's process computes; the actor goes on
  wait, ///< a thread for each request hands it to a worker process and waits for the result; the actor goes
        ///< on
  awaited, ///< the actor itself hands it to a worker process and goes on
};

/// "inline", "threads", "wait", "await".
std::string_view name_of(way value) noexcept;
std::optional<way> way_named(std::string_view name) noexcept;

/// True where workers compute, so that deadlines and retries can be given.
constexpr bool uses_workers(way value) noexcept { return value == way::wait || value == way::awaited; }

} // namespace pinion::scenario
