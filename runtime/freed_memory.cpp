#include <pinion/runtime/freed_memory.hpp>

#include <cstddef>
#include <cstdlib>

namespace pinion {

void keep_freed_memory() noexcept {
  // The largest block that moves the threshold, with room for the allocator's own words; its pages are never
  // touched. Volatile, or the pair would be left out.
  constexpr std::size_t largest = (std::size_t{32} << 20U) - (std::size_t{64} << 10U);
  void* volatile block = std::malloc(largest);
  std::free(block);
}

} // namespace pinion
