#pragma once

#include <cstddef>
#include <cstdint>

#include <pinion/actors/task.hpp>

namespace pinion {

/// What a caller may say of a map beside kernel and items.
struct map_options {
  /// For each of its tasks.
  task_options each;
  /// Items a task; 0 = chosen by what items cost (chunk_plan). Kernels of numbers and views that give a
  /// number or nothing run many items in one task; others one.
  std::int64_t chunk = 0;
  /// After an item that failed no more are begun; else all are, and each failure is told where it stands.
  bool stop_on_failure = true;
  /// imap: items that are taken from the range ahead of the one that is waited for; 0 = enough to keep all
  /// workers busy.
  std::size_t ahead = 0;
};

} // namespace pinion
