#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include <pinion/shm/any_array.hpp>
#include <pinion/shm/ledger.hpp>
#include <pinion/shm/store.hpp>

namespace pinion {

/// A block that passes from one process to another: bytes of a segment.
struct arena_block {
  std::uint64_t offset = 0;
  std::uint64_t size = 0;

  friend bool operator==(const arena_block&, const arena_block&) = default;
};

/// The worker's side of its result arena: makes arrays in a segment that its node owns, and in which this
/// process alone allocates. The segment is large and without pages at first; an array's pages are reserved
/// when it is made, so a full /dev/shm or the node's limit is a no_space_error here and never a SIGBUS. The
/// books lie in this process's private memory. Freed blocks are used again while warm, up to 64 MiB of them,
/// or a share of the limit.
///
/// An array belongs to this process until it is handed over; from then on its block is free again when the
/// node says so and no handle is left here. What was not handed over when this process ends is the node's to
/// free. Any thread.
class arena {
public:
  /// Maps the node's segment; `books` and `slot` count what is taken, and outlive the arena. Throws what
  /// mapper::open does.
  arena(const std::string& segment, std::shared_ptr<ledger> books, ledger::slot slot);
  ~arena();
  arena(const arena&) = delete;
  arena& operator=(const arena&) = delete;

  /// Throws no_space_error, and what element_count does.
  any_array make(dtype type, const extents& shape, fill with = fill::none, order lie = order::c);

  /// The block that a reference points into is the node's, too, from now on: dropping the array here no
  /// longer frees it. Nothing for one that lies in no block of this arena, or that the node has already.
  std::optional<arena_block> hand_over(const array_ref& what);

  /// The node does not need a block any more that was handed over. Others are left alone, and one that is
  /// still in use here is free with its last handle.
  void free(arena_block what) noexcept;

  /// Bytes that have pages, free ones that are kept warm too.
  std::uint64_t held() const;
  std::uint64_t blocks() const;

private:
  struct state;
  class block;
  std::shared_ptr<state> state_;
};

} // namespace pinion
