#pragma once

namespace pinion {

/// Workers that a node may have, and spares.
inline constexpr int most_workers = 4096;

} // namespace pinion
