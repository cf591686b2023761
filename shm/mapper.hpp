#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <unordered_map>

#include <pinion/shm/any_view.hpp>
#include <pinion/shm/array_ref.hpp>
#include <pinion/shm/segment_file.hpp>

namespace pinion {

class mapping;

/// The user's side of shared memory: turns references into views. It maps a segment at most once for each
/// right and keeps the mapping for the next reference; views keep theirs alive on their own, also past
/// forget() and past the mapper. For one thread at a time. It never creates, resizes or unlinks a segment.
///
/// A reference is not trusted: name, owner, incarnation, offset, shape, strides, type and alignment are
/// checked, each product for overflow, and what lies in the segment is copied before it is checked. What it
/// cannot rule out is another process of the same user that shortens a segment after that: touching the lost
/// pages raises SIGBUS.
class mapper {
public:
  mapper();
  ~mapper();
  mapper(const mapper&) = delete;
  mapper& operator=(const mapper&) = delete;

  /// Throws shm_error: bad_reference, stale_reference, no_segment, system_failed, or overflow and bad_shape
  /// from the layout.
  any_view open(const array_ref& ref, access right);

  /// Drops the mappings of one segment; no views of them are hurt. Unknown names are fine.
  void forget(const std::string& segment);

  /// Drops the mappings whose segment was retired or has lost its name; returns how many. Costs one stat a
  /// segment.
  std::size_t prune();

  /// Kept mappings, one for each segment and right.
  std::size_t mappings() const noexcept;

private:
  struct entry {
    std::shared_ptr<const mapping> read;
    std::shared_ptr<const mapping> write;
  };
  std::unordered_map<std::string, entry> segments_;
};

} // namespace pinion
