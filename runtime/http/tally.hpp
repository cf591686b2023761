#pragma once

#include <cstddef>

namespace pinion::http {

/// Bytes that a server's connections keep together. On the I/O thread.
struct tally {
  std::size_t bodies = 0;  ///< that come, or wait for their answers
  std::size_t backlog = 0; ///< of answers that clients have not taken
};

} // namespace pinion::http
