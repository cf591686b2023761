#pragma once

#include <array>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>

namespace pinion {

/// A mutex and a condition variable for an object that has none of its own, shared with some others: who
/// waits looks whether it is his turn whenever he is woken. So an object that is there a million times is 88
/// bytes smaller. Never locked while another one is.
struct alignas(64) meeting_place {
  std::mutex mutex;
  std::condition_variable changed;

  /// Where those meet who wait for this object. Any thread, as long as the program runs.
  static meeting_place& of(const void* object) noexcept {
    constexpr std::size_t count = 64;
    // Never destroyed: futures may be static objects.
    static auto& places = *new std::array<meeting_place, count>;
    // Objects lie 16 bytes apart at the least; what is above says more.
    return places[(reinterpret_cast<std::uintptr_t>(object) / 64 * 0x9E3779B97F4A7C15U) >> 58U];
  }
};

} // namespace pinion
