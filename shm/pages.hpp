#pragma once

#include <cstdint>

namespace pinion {

/// When a new segment gets its pages.
enum class pages : std::uint8_t {
  reserved, ///< at once
  sparse,   ///< where its user reserves them (reserve_part)
  written,  ///< as they are first written, which is to be by system calls; there is room for all of them now
};

} // namespace pinion
