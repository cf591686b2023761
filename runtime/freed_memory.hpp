#pragma once

namespace pinion {

/// Lets the allocator keep up to 64 MiB of what is freed at the end of its heap, for the next burst of tasks,
/// in place of giving it back at once and being given it page by page again. It is what a program comes to
/// that has once freed a block of 32 MiB (mallopt(3), M_MMAP_THRESHOLD: the threshold is dynamic), and
/// nothing where the program or its environment has set thresholds of its own. For the whole process; any
/// thread, more than once too.
void keep_freed_memory() noexcept;

} // namespace pinion
