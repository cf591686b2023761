#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace pinion {

/// Where blocks begin: the header has the first page to itself. A number of our format, not the machine's
/// page size.
inline constexpr std::size_t segment_header_size = 4096;
inline constexpr std::uint64_t segment_magic =
    0x314e'4f49'4e49'5001; // "\1PINION1" in memory on little endian
inline constexpr std::uint32_t segment_version = 1;

/// What the owner writes once, before it tells anybody of the segment, and nobody changes after that. The
/// magic number is stored last and with release, so who reads it with acquire sees the rest. Readers copy it,
/// then check the copy.
struct segment_facts {
  std::uint64_t magic;
  std::uint32_t version;
  std::uint32_t owner_pid;
  /// Random, never 0.
  std::uint64_t incarnation;
  /// Bytes of the whole segment.
  std::uint64_t size;
  /// In which owner_pid counts; 0 where unknown.
  std::uint64_t pid_namespace;
  /// store_options::tag, ended by a 0.
  std::array<char, 64> tag;
};

/// The first bytes of a segment; version 1:
///
///   0       8         12          16            24     32              40    104       108     4096
///   +-------+---------+-----------+-------------+------+---------------+-----+---------+-------+--------
///   | magic | version | owner_pid | incarnation | size | pid_namespace | tag | retired | zeros | blocks
///   +-------+---------+-----------+-------------+------+---------------+-----+---------+-------+--------
///
/// No pointers, no locks. A change of layout is a new version, which older readers refuse.
struct segment_header {
  segment_facts facts;
  /// 0, then 1 for good: the owner has unlinked the segment or is about to. Only the owner writes it, anybody
  /// reads it. It guards no other data, so a late reader merely refuses a little later.
  std::atomic<std::uint32_t> retired;
};

static_assert(std::atomic<std::uint32_t>::is_always_lock_free &&
              std::atomic_ref<std::uint64_t>::is_always_lock_free);
static_assert(std::is_trivially_copyable_v<segment_facts> && std::is_standard_layout_v<segment_header>);
static_assert(sizeof(segment_facts) == 104 && alignof(segment_header) == 8);
static_assert(offsetof(segment_header, retired) == 104 && sizeof(segment_header) <= segment_header_size);

} // namespace pinion
