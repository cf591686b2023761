#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pinion {

/// A short text in shared memory that is never seen half written. Two copies, and a number that says which
/// of them holds; a writer fills the other one, then counts on:
///
///     0      8        16     16 + room   24 + room   24 + 2 room
///     +------+--------+------+-----------+-----------+
///     | turn | length | text | length    | text      |
///     +------+--------+------+-----------+-----------+
///
/// The copy turn % 2 holds. So a writer that dies at any moment leaves the text of before, and the next one
/// starts over on the same other copy. A reader takes no lock and waits for nobody, but reads again when a
/// writer has finished meanwhile. All of it is words of 8 bytes, read and written as atomics.
///
/// Looks at memory that somebody else keeps alive, aligned to 8 bytes. Any thread may read; one writer at a
/// time is for the caller to see to.
class shared_text {
public:
  /// The most bytes of a text; what is longer belongs into an array.
  static constexpr std::uint32_t most_room = 65536;
  /// Bytes that a text with so much room takes.
  static constexpr std::uint64_t size_for(std::uint32_t room) noexcept {
    return 24 + 2 * std::uint64_t{room};
  }

  /// `room`: a multiple of 8, at most most_room.
  shared_text(std::byte* where, std::uint32_t room) noexcept : where_(where), room_(room) {}

  /// Nothing when the copy that holds names an impossible length: something else was written there.
  std::optional<std::string> load() const;

  /// REQUIRES: text.size() <= room, and no other writer now.
  void store(std::string_view text) noexcept;

private:
  std::byte* copy(std::uint64_t turn) const noexcept;

  std::byte* where_;
  std::uint32_t room_;
};

} // namespace pinion
