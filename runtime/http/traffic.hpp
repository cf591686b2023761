#pragma once

#include <atomic>
#include <cstddef>

namespace pinion::http {

/// What a server counts of its clients.
struct traffic {
  std::atomic<std::size_t> connections{0}; ///< open; written by the server's actor
};

} // namespace pinion::http
