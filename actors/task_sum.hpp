#pragma once

#include <cstddef>

namespace pinion {

/// So many tasks, with so many bytes of arguments.
struct task_sum {
  std::size_t tasks = 0;
  std::size_t bytes = 0;

  void add(std::size_t size) noexcept {
    ++tasks;
    bytes += size;
  }
  void take(std::size_t size) noexcept {
    --tasks;
    bytes -= size;
  }
  /// True if this is no less than `other`, in both.
  bool covers(const task_sum& other) const noexcept { return tasks >= other.tasks && bytes >= other.bytes; }
};

} // namespace pinion
