#pragma once

#include <cstdint>
#include <string>

#include <pinion/shm/descriptor.hpp>
#include <pinion/shm/origin.hpp>

namespace pinion {

/// A lock of the kernel's on one byte of a segment's file (F_OFD_SETLK, fcntl(2)): let go of when the last
/// process dies that has this open file, by kill -9 too. Excludes other objects of this kind, in this process
/// and in others, that lock the same byte; threads that share one need a mutex beside it. A child that is
/// forked shares its parent's until it execs. Owns a descriptor; keeps no memory alive.
class byte_lock {
public:
  /// For the byte at `place` in memory of `in`, a segment that this process may write. Throws what
  /// open_segment does.
  byte_lock(const origin& in, const void* place);

  /// False when somebody else has it and this is not to wait. Throws system_failed when the system has no
  /// locks left.
  bool take(bool wait);
  void give() noexcept;

private:
  std::string segment_;
  descriptor file_;
  std::int64_t place_;
};

} // namespace pinion
