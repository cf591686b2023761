#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <utility>

namespace pinion {

/// Which parts of a range are free: best fit, neighbours joined, each step in O(log n). It knows numbers
/// only; it lives in the owner's private memory, so nothing that is written into the range can harm it. For
/// one thread at a time.
class free_list {
public:
  /// Of every offset and size that it hands out.
  static constexpr std::uint64_t alignment = 64;

  struct part {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
  };

  /// All of [begin, begin + size) is free. Both must be multiples of the alignment.
  free_list(std::uint64_t begin, std::uint64_t size);

  /// What a request really takes: a multiple of the alignment, at least one. 0 when that does not fit into 64
  /// bits.
  static std::uint64_t rounded(std::uint64_t size) noexcept;

  /// The offset of a free part of `size` bytes, which must be rounded: the smallest part that is large
  /// enough, the lowest of those.
  std::optional<std::uint64_t> take(std::uint64_t size);

  /// Gives back exactly what take() gave; returns the free part that it has become or joined. When it throws
  /// bad_alloc nothing has changed, but for the part being lost.
  part give(std::uint64_t offset, std::uint64_t size);

  /// Whether everything is free.
  bool whole() const noexcept { return free_ == size_; }
  std::uint64_t free_bytes() const noexcept { return free_; }
  std::uint64_t largest() const noexcept { return by_size_.empty() ? 0 : by_size_.rbegin()->first; }

private:
  void insert(std::uint64_t offset, std::uint64_t size);

  std::uint64_t size_;
  std::uint64_t free_;
  // The same parts twice: {offset, size} to join neighbours, {size, offset} to find the best fit.
  std::map<std::uint64_t, std::uint64_t> by_offset_;
  std::set<std::pair<std::uint64_t, std::uint64_t>> by_size_;
};

} // namespace pinion
