#include <pinion/shm/shared_text.hpp>

#include <algorithm>
#include <atomic>
#include <cstring>

namespace pinion {

namespace {

constexpr std::size_t word_size = sizeof(std::uint64_t);

std::atomic_ref<std::uint64_t> word(std::byte* where) noexcept {
  return std::atomic_ref<std::uint64_t>(*reinterpret_cast<std::uint64_t*>(where));
}

} // namespace

std::byte* shared_text::copy(std::uint64_t turn) const noexcept {
  return where_ + word_size + (turn % 2) * (word_size + room_);
}

std::optional<std::string> shared_text::load() const {
  for (;;) {
    const auto turn = word(where_).load();
    auto* from = copy(turn);
    // A word with acquire: who sees one of a later writer's also sees the turn that let it begin.
    const auto length = word(from).load(std::memory_order_acquire);
    std::string text(std::min<std::uint64_t>(length, room_), '\0');
    for (std::size_t at = 0; at < text.size(); at += word_size) {
      from += word_size;
      const auto part = word(from).load(std::memory_order_acquire);
      std::memcpy(text.data() + at, &part, std::min(word_size, text.size() - at));
    }
    if (word(where_).load() != turn)
      continue;
    if (length > room_)
      return std::nullopt;
    return text;
  }
}

void shared_text::store(std::string_view text) noexcept {
  const auto turn = word(where_).load() + 1;
  auto* into = copy(turn);
  // With release: see load().
  word(into).store(text.size(), std::memory_order_release);
  for (std::size_t at = 0; at < text.size(); at += word_size) {
    std::uint64_t part = 0;
    std::memcpy(&part, text.data() + at, std::min(word_size, text.size() - at));
    into += word_size;
    word(into).store(part, std::memory_order_release);
  }
  word(where_).store(turn);
}

} // namespace pinion
