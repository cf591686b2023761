#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace pinion {

/// What node and worker both read at any moment, one page for each worker process. No lock: every field is
/// one atomic with one writer, so either side may die between any two stores and the other still reads sense.
///
///     0       8         16      24        32      40     48         56         64      72      80
///     +-------+---------+-------+---------+-------+------+----------+----------+-------+-------+-----
///     | magic | version | begun | running | began | stop | progress | finished | fault | taken | ...
///     +-------+---------+-------+---------+-------+------+----------+----------+-------+-------+-----
///
/// The journal of finished tasks follows from byte 4096 to 69632.
struct control_block {
  static constexpr std::uint64_t magic_value = 0x31'67'61'70'6e'6f'69'70; // "pionpag1"
  static constexpr std::uint64_t version_value = 3;
  static constexpr std::size_t journal_offset = 4096;
  static constexpr std::size_t journal_bytes = 65536;

  std::uint64_t magic = magic_value;
  std::uint64_t version = version_value;
  /// Written by the worker, before a kernel runs: how many tasks this process has begun. With the number of
  /// its replies it tells the node, after a death, which of the tasks handed over had begun. Of an actor with
  /// a process of its own: the number of the last message that it began.
  std::atomic<std::uint64_t> begun{0};
  /// Written by the worker: the task, or message, at hand; 0 between them.
  std::atomic<std::uint64_t> running{0};
  /// Written by the worker: when it began, nanoseconds of the steady clock.
  std::atomic<std::int64_t> began_ns{0};
  /// Written by the node: the task that is asked to stop, 0 = none.
  std::atomic<std::uint64_t> stop{0};
  /// Written by the worker's one thread: set to 0 before a kernel runs, then by the kernel: how far it is, 0
  /// to 1.
  std::atomic<double> progress{0.0};
  /// Written by the worker: how many entries its journal of finished tasks has had. An entry counts once this
  /// says so (release), so one that is half written when its worker dies is never read. Of an actor with a
  /// process of its own: the number of the last message that it has looked at, begun or put off.
  std::atomic<std::uint64_t> finished{0};
  /// Written by the worker's signal handler, as its last act: what it died of, where that was an array
  /// (array_fault).
  std::atomic<std::uint64_t> fault{0};
  /// Written by the node, on any of its threads: how many of the partial results that came from this process
  /// were taken by those who asked. The process waits when it is too far ahead.
  std::atomic<std::uint64_t> taken{0};
};

static_assert(std::atomic<std::uint64_t>::is_always_lock_free, "a lock could be held by a dead process");
static_assert(std::atomic<double>::is_always_lock_free, "a lock could be held by a dead process");
static_assert(sizeof(control_block) == 80 && alignof(control_block) == 8, "the other side is another binary");
static_assert(offsetof(control_block, begun) == 16 && offsetof(control_block, stop) == 40 &&
              offsetof(control_block, finished) == 56 && offsetof(control_block, fault) == 64 &&
              offsetof(control_block, taken) == 72);

/// Owns a mapping of a control page. The node makes it, as memory without a name (memfd_create(2)), and the
/// worker inherits its descriptor; nothing can be left behind. Movable by pointer only; the block may be used
/// by any thread under the rules above.
class control_page {
public:
  /// A fresh page. Throws shm_errc on failure.
  control_page();
  /// The page behind an inherited descriptor, which it takes over. Throws shm_errc if it is not one of ours.
  explicit control_page(int fd);
  control_page(const control_page&) = delete;
  control_page& operator=(const control_page&) = delete;
  ~control_page();

  control_block& block() noexcept { return *block_; }
  const control_block& block() const noexcept { return *block_; }
  /// The bytes of the journal, journal_bytes of them; what lies there is for those who write and read it to
  /// say.
  std::byte* journal() const noexcept {
    return reinterpret_cast<std::byte*>(block_) + control_block::journal_offset;
  }
  /// Close-on-exec; stays ours.
  int fd() const noexcept { return fd_; }

private:
  void map();

  int fd_ = -1;
  control_block* block_ = nullptr;
};

} // namespace pinion
