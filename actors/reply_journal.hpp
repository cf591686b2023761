#pragma once

#include <cstdint>
#include <vector>

#include <pinion/actors/task_wire.hpp>
#include <pinion/shm/control_page.hpp>

namespace pinion {

/// Replies leave a worker many at a time; a kernel that takes the worker down takes along those that had not
/// left, and one that takes long holds them up. So a worker also notes each finished task in a ring beside
/// its control page, which the node reads after a death and when it has heard nothing for a while. Replies of
/// more than a few bytes (strings, references, failures) do not fit and are noted as nothing; their batch
/// ends with them instead.

/// What one entry holds. Fixed, since the other side is another process.
struct journal_entry {
  static constexpr std::size_t payload_bytes = 24; ///< the largest packed number and its tag
  static constexpr std::uint32_t not_here = ~std::uint32_t{0};

  std::uint64_t id = 0;
  std::uint32_t size = 0; ///< of the payload; not_here = it did not fit
  std::uint32_t reserved = 0;
  std::int64_t started_ns = 0;
  std::int64_t finished_ns = 0;
  std::int64_t cpu_ns = 0;
  char payload[payload_bytes] = {};
};
static_assert(sizeof(journal_entry) == 64 && alignof(journal_entry) == 8);

/// Twice what a worker is ever given ahead of time: of what it may be writing while the node reads, and of
/// what the node still needs, each has a half of the ring.
inline constexpr std::size_t journal_entries = control_block::journal_bytes / sizeof(journal_entry);

/// Worker's side, its one thread. False if the reply did not fit.
bool note(control_page& page, const done_item& item) noexcept;

inline constexpr std::size_t journal_reach = journal_entries / 2;

/// Node's side, while the worker is at work or after it has gone: the tasks noted since entry number `from`,
/// the oldest first, the last journal_reach at most; `from` becomes the number of the next. Some may have
/// been answered by a message. Believes no size in it.
std::vector<done_item> read_journal(const control_page& page, std::uint64_t& from);

} // namespace pinion
