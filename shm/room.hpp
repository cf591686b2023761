#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <utility>

#include <pinion/shm/free_list.hpp>
#include <pinion/shm/segment.hpp>

namespace pinion {

/// A segment of a heap, with the books on it. The segment may be used by any thread; all else is guarded by
/// the heap's mutex.
struct room {
  /// `alone`: made for one block, and to go with it.
  room(std::unique_ptr<segment> where, bool alone)
      : memory(std::move(where)), free(segment_header_size, (memory->size() - segment_header_size) /
                                                                free_list::alignment * free_list::alignment),
        single(alone) {}

  const std::unique_ptr<segment> memory;
  free_list free;
  const bool single;
  /// From here to the end no block has ever been, so its pages are as zero as the kernel gave them.
  std::uint64_t fresh_from = segment_header_size;
};

/// What a heap hands out: `size` bytes at `offset` of a room, the first `dirty` of which may hold old data;
/// the rest is zero.
struct piece {
  std::shared_ptr<room> in;
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
  std::uint64_t dirty = 0;
};

} // namespace pinion
