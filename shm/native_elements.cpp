#include <pinion/shm/native_elements.hpp>

#include <pinion/shm/byte_swap.hpp>

namespace pinion {

void make_native(std::byte* data, std::size_t size, dtype type, bool swapped) noexcept {
  if (swapped)
    swap_bytes(data, size, type);
  if (type == dtype::boolean)
    for (std::size_t i = 0; i < size; ++i)
      data[i] = data[i] == std::byte{0} ? std::byte{0} : std::byte{1};
}

} // namespace pinion
