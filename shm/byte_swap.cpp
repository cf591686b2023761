#include <pinion/shm/byte_swap.hpp>

#include <cstdint>
#include <cstring>

namespace pinion {

namespace {

std::uint16_t turned(std::uint16_t value) noexcept { return __builtin_bswap16(value); }
std::uint32_t turned(std::uint32_t value) noexcept { return __builtin_bswap32(value); }
std::uint64_t turned(std::uint64_t value) noexcept { return __builtin_bswap64(value); }

template <class Word>
void swap_words(std::byte* data, std::size_t size) noexcept {
  for (std::size_t at = 0; at < size; at += sizeof(Word)) {
    Word word;
    std::memcpy(&word, data + at, sizeof word);
    word = turned(word);
    std::memcpy(data + at, &word, sizeof word);
  }
}

} // namespace

void swap_bytes(std::byte* data, std::size_t size, dtype type) noexcept {
  auto complex = type == dtype::complex64 || type == dtype::complex128;
  switch (complex ? item_size(type) / 2 : item_size(type)) {
  case 2:
    return swap_words<std::uint16_t>(data, size);
  case 4:
    return swap_words<std::uint32_t>(data, size);
  case 8:
    return swap_words<std::uint64_t>(data, size);
  default:
    return;
  }
}

} // namespace pinion
