#pragma once

#include <cstddef>

#include <pinion/shm/dtype.hpp>

namespace pinion {

/// Turns round the bytes of each number in place; of each half, for complex ones. `size` is in bytes, a
/// multiple of the item size.
void swap_bytes(std::byte* data, std::size_t size, dtype type) noexcept;

} // namespace pinion
