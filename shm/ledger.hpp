#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include <sys/types.h>

#include <pinion/shm/descriptor.hpp>

namespace pinion {

/// How much shared memory the processes of one node have taken, against one limit for all of them. Page of
/// the node, mapped by its workers; version 1:
///
///     0       8         16      24      32 ...
///     +-------+---------+-------+-------+----------------+
///     | magic | version | limit | slots | bytes taken, … |
///     +-------+---------+-------+-------+----------------+
struct ledger_page {
  static constexpr std::uint64_t magic_value = 0x31'67'64'6c'6e'6f'69'70; // "pionldg1"
  static constexpr std::uint64_t version_value = 1;
  static constexpr std::size_t most_slots = 4096;

  std::uint64_t magic = magic_value;
  std::uint64_t version = version_value;
  /// Bytes; 0 = none. Written once, by the node before it starts anybody.
  std::uint64_t limit = 0;
  /// Written by the node only: slots from here on were never used.
  std::atomic<std::uint64_t> slots{0};
  /// Each has one writer: the process that was given the slot; the node once that process is gone.
  std::array<std::atomic<std::uint64_t>, most_slots> taken{};
};

static_assert(std::atomic<std::uint64_t>::is_always_lock_free, "a lock could be held by a dead process");
static_assert(sizeof(ledger_page) == 32 + ledger_page::most_slots * 8 && offsetof(ledger_page, taken) == 32);

/// The page in this process. No lock, and none needed: who wants bytes adds them to its slot first and then
/// counts all, so that two who want the last ones may both be refused, but never both have them; and whoever
/// dies in between leaves a wrong number in its own slot alone, which the node puts right. Any thread. In a
/// forked child it only counts no more: what the child drops is still its parent's.
class ledger {
public:
  /// The node's: memory without a name (memfd_create(2)), which its workers inherit. Throws system_failed.
  explicit ledger(std::uint64_t limit);
  /// A worker's, from the descriptor it inherited and which it takes over. Throws bad_reference for what is
  /// none.
  explicit ledger(descriptor inherited);
  ~ledger();
  ledger(const ledger&) = delete;
  ledger& operator=(const ledger&) = delete;

  using slot = std::uint32_t;
  static constexpr slot no_slot = ~slot{0};

  /// A slot for somebody; no_slot when all are in use. Node only, as give_back.
  slot open();
  void give_back(slot which);

  /// False, and nothing taken, when the limit would be passed.
  bool take(slot which, std::uint64_t bytes) noexcept;
  void give(slot which, std::uint64_t bytes) noexcept;
  /// The true number, after the process that wrote it is gone.
  void set(slot which, std::uint64_t bytes) noexcept;

  std::uint64_t limit() const noexcept { return limit_; }
  /// What one of those who count here may keep for later though nobody uses it, when all do: few enough that
  /// no array is refused for it that takes less than 7/8 of the limit.
  std::uint64_t spare() const noexcept;
  std::uint64_t taken() const noexcept;
  std::uint64_t taken(slot which) const noexcept;
  /// To be inherited; close-on-exec.
  int fd() const noexcept { return file_.get(); }

private:
  void map();
  bool ours(slot which) const noexcept;

  descriptor file_;
  ledger_page* page_ = nullptr;
  const pid_t process_;
  std::uint64_t limit_ = 0; ///< a copy: the page may be written to by any worker that has lost its way
  std::mutex mutex_;
  std::vector<slot> unused_; ///< guarded by mutex_; slots that were given back
};

} // namespace pinion
