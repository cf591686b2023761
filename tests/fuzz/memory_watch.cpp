#include "memory_watch.hpp"

#include <cstdlib>
#include <new>
#include <string>

#include "require.hpp"

namespace pinion::fuzz {

namespace {

constexpr std::size_t per_byte = 64;
constexpr std::size_t always = std::size_t{256} << 10U;

// Written and read by its own thread alone.
thread_local bool watching = false;
thread_local std::size_t bytes_taken = 0;

void* take(std::size_t size) noexcept {
  if (watching)
    bytes_taken += size;
  return std::malloc(size == 0 ? 1 : size);
}

} // namespace

memory_watch::memory_watch() noexcept {
  bytes_taken = 0;
  watching = true;
}

memory_watch::~memory_watch() { watching = false; }

std::size_t memory_watch::taken() const noexcept { return bytes_taken; }

void memory_watch::require_bounded(std::size_t size) const {
  const auto bytes = bytes_taken;
  require(bytes <= always + per_byte * size, "memory is bounded by the size of the input",
          std::to_string(bytes) + " bytes for an input of " + std::to_string(size));
}

} // namespace pinion::fuzz

// malloc and free stay the sanitizer's, so it sees what it saw before. Kinds with an alignment are left
// alone: nothing here uses them.
void* operator new(std::size_t size) {
  if (auto* memory = pinion::fuzz::take(size))
    return memory;
  throw std::bad_alloc();
}
void* operator new[](std::size_t size) { return operator new(size); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return pinion::fuzz::take(size); }
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept { return pinion::fuzz::take(size); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, const std::nothrow_t&) noexcept { std::free(memory); }
void operator delete[](void* memory, const std::nothrow_t&) noexcept { std::free(memory); }
