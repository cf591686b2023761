#pragma once

#include <cstddef>

namespace pinion::fuzz {

/// Counts what `new` gives out on this thread while it lives: a length that lies must not cost memory. One at
/// a time on a thread; memory_watch.cpp replaces the program's operator new.
class memory_watch {
public:
  memory_watch() noexcept;
  ~memory_watch();
  memory_watch(const memory_watch&) = delete;
  memory_watch& operator=(const memory_watch&) = delete;

  /// Bytes given out, freed ones too.
  std::size_t taken() const noexcept;

  /// Ends the program when more was taken than a reader of `size` bytes has a use for: some times the size,
  /// and a constant (255 arguments may be announced by one byte).
  void require_bounded(std::size_t size) const;
};

} // namespace pinion::fuzz
