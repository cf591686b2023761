#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include <sys/types.h>

#include <pinion/shm/any_view.hpp>
#include <pinion/shm/byte_lock.hpp>

namespace pinion {

/// What lies in front of guarded elements; version 1:
///
///     0       8         12     13     16      80      88       96      144   256
///     +-------+---------+------+------+-------+-------+--------+-------+-----+----------
///     | magic | version | type | rank | shape | holds | holder | label | ... | elements
///     +-------+---------+------+------+-------+-------+--------+-------+-----+----------
///
/// Type and shape are written once, before anybody else knows of it. No lock: the lock is the kernel's, on
/// the byte of the segment's file where this begins.
struct guard_header {
  static constexpr std::uint64_t magic_value = 0x31'64'72'67'6e'6f'69'70; // "piongrd1"
  static constexpr std::uint32_t version_value = 1;
  static constexpr std::size_t size = 256;

  std::uint64_t magic = magic_value;
  std::uint32_t version = version_value;
  std::uint8_t type = 0;
  std::uint8_t rank = 0;
  std::uint16_t reserved = 0;
  std::array<std::int64_t, 8> shape{};
  /// Written by the holder, as all below: how often it was taken.
  std::atomic<std::uint64_t> holds{0};
  /// The holder's process id, from after it has taken the guard until before it lets go; else 0.
  std::atomic<std::uint64_t> holder{0};
  /// What the holder calls itself, ended by a 0.
  std::array<char, 48> label{};
};

static_assert(std::atomic<std::uint64_t>::is_always_lock_free && std::is_standard_layout_v<guard_header>);
static_assert(offsetof(guard_header, shape) == 16 && offsetof(guard_header, holds) == 80 &&
              offsetof(guard_header, holder) == 88 && offsetof(guard_header, label) == 96 &&
              sizeof(guard_header) == 144);

/// A guard that survives its holders: a lock on the segment's file (F_OFD_SETLK, fcntl(2)), which the kernel
/// lets go of when the holder's process dies, by kill -9 too; and a note beside the elements of who holds it,
/// by which the next one learns that its predecessor died in the middle. Guards in different processes, and
/// different guards in one process, exclude each other; threads may share one. A child that is forked while
/// the guard is held shares the hold until it ends or execs. For callers that may wait.
class guard {
public:
  /// Who held it before and never let go.
  struct predecessor {
    pid_t pid = 0;
    std::string label;
    std::uint64_t hold = 0; ///< the number of its hold, from 1
  };

  /// For a header in a block of a segment that is mapped for writing. Throws shm_error when the segment
  /// cannot be opened.
  explicit guard(const any_view& block);
  guard(const guard&) = delete;
  guard& operator=(const guard&) = delete;

  /// Waits. Returns who died with it, if its last holder did. Throws system_failed when the system has no
  /// locks left.
  std::optional<predecessor> lock(std::string_view label);
  /// False, without waiting for longer than `patience`, when somebody else has it.
  bool try_lock(std::string_view label, std::chrono::nanoseconds patience, std::optional<predecessor>& died);
  void unlock() noexcept;

private:
  std::optional<predecessor> sign(std::string_view label);

  guard_header* header_;
  std::shared_ptr<const origin> memory_;
  byte_lock lock_;
  std::timed_mutex mutex_; ///< among the threads of this process that share the object
};

} // namespace pinion
