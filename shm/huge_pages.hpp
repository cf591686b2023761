#pragma once

#include <cstdint>

namespace pinion {

/// Whether large pages are asked for in segments.
enum class huge_pages : std::uint8_t {
  /// Transparent huge pages where the system gives them to those who ask (madvise(2), MADV_HUGEPAGE).
  automatic,
  /// Never asked for; a system that gives them to everybody still does.
  off,
};

} // namespace pinion
