#pragma once

#include <cstdint>

namespace pinion {

/// When a new segment gets its pages.
enum class pages : std::uint8_t {
  reserved, ///< at once
  sparse,   ///< where its user reserves them (reserve_part)
  by_file,  ///< at once, but in the file alone: for who writes them through it, to whom a page fault each is
            ///< dear
  as_written, ///< as they are written through the file, for which there is room now
};

} // namespace pinion
