#pragma once

#include <chrono>

#include <pinion/actors/context.hpp>

#include <support/look_again.hpp>

namespace pinion::test {

/// In a kernel: until it is so, or the kernel is asked to stop. True if it is so.
template <class F>
bool hold_until(context& here, F so) {
  while (!so()) {
    if (here.stop_requested())
      return false;
    look_again();
  }
  return true;
}

/// In a kernel: until it is asked to stop.
inline void hold(context& here) {
  hold_until(here, [] { return false; });
}

/// In a kernel that is to take some time, as one that computes does, or until it is asked to stop: then
/// false. No test should depend on how long it is.
inline bool take_time(context& here, double seconds) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
  return hold_until(here, [&] { return std::chrono::steady_clock::now() >= until; });
}

} // namespace pinion::test
