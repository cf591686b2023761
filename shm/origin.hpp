#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace pinion {

/// What the elements of a view lie in: a block of a store, or a mapping of somebody's segment. Views and
/// arrays hold it by shared_ptr<const origin>; the last of them to go frees the block, or unmaps. Immutable,
/// so any thread may read it; what the destructor does is safe from any thread.
struct origin {
  origin() = default;
  origin(const origin&) = delete;
  origin& operator=(const origin&) = delete;
  virtual ~origin() = default;

  /// The segment's name, with its leading slash.
  std::string segment;
  /// Tells two segments apart that had the same name.
  std::uint64_t incarnation = 0;
  /// Where the segment begins in this process, its header page included. Offsets in references count from
  /// here.
  std::byte* base = nullptr;
  /// Bytes of the whole segment.
  std::size_t size = 0;
};

} // namespace pinion
