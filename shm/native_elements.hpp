#pragma once

#include <cstddef>

#include <pinion/shm/dtype.hpp>

namespace pinion {

/// Makes elements as a file has them into elements as C++ has them, in place: turns round their bytes if they
/// are `swapped`, and makes each truth value 0 or 1 (NumPy takes every byte but 0 as true, C++ knows no other
/// two). `size` is in bytes, a multiple of the item size.
void make_native(std::byte* data, std::size_t size, dtype type, bool swapped) noexcept;

} // namespace pinion
