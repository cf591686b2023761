#pragma once

#include <cstdint>
#include <functional>

namespace pinion {

/// Divides `size` bytes into pieces, which several threads take in turn: as many as this one may use
/// processors, four at most, of which this one is one. Returns when all are done. What a piece throws, the
/// first to do so, is thrown here, and no further pieces are begun. `piece` is not 0.
void in_pieces(std::uint64_t size, std::uint64_t piece,
               const std::function<void(std::uint64_t from, std::uint64_t length)>& work);

} // namespace pinion
