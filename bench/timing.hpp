#pragma once

#include <vector>

#include <pinion/actors/clock.hpp>

namespace pinion::bench {

inline double seconds_since(time_point begin) {
  return std::chrono::duration<double>(steady_clock::now() - begin).count();
}

template <class Work>
double seconds_of(Work&& work) {
  const auto begin = steady_clock::now();
  work();
  return seconds_since(begin);
}

/// Runs the two in turn, the one that goes first changing, so that whatever the machine does meanwhile hits
/// both alike.
template <class Floor, class Ours>
void alternate(int rounds, Floor&& floor, Ours&& ours) {
  for (int round = 0; round < rounds; ++round) {
    if (round % 2 == 0) {
      floor();
      ours();
    } else {
      ours();
      floor();
    }
  }
}

} // namespace pinion::bench
