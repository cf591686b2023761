#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include <pinion/actors/array_fault.hpp>
#include <pinion/actors/wire.hpp>
#include <pinion/shm/any_view.hpp>

namespace pinion {

/// Where the arrays of the task at hand lie, for a signal handler that wants to know what a bad address
/// belongs to. Written by the worker's one thread while no kernel runs; read by the handler, on whatever
/// thread of the kernel's it comes.
class argument_map {
public:
  /// The next task begins.
  void clear() noexcept { size_.store(0, std::memory_order_release); }

  void add(std::size_t position, const any_view& what);

  /// What an access to this address was, if it lies in an array. `lost`: the memory was gone, not merely
  /// protected. Async-signal-safe.
  array_fault find(const void* address, bool lost) const noexcept;

private:
  struct range {
    const std::byte* low = nullptr;
    const std::byte* high = nullptr;
    std::uint8_t position = 0;
    bool writable = false;
  };

  std::array<range, max_arguments> ranges_{};
  std::atomic<std::size_t> size_{0};
  static_assert(std::atomic<std::size_t>::is_always_lock_free, "a signal handler reads it");
};

} // namespace pinion
