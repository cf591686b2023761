#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include <pinion/shm/dtype.hpp>
#include <pinion/shm/shape.hpp>

namespace pinion {

/// An array of a store as it was at one moment, for people who ask who holds the memory.
struct stored_array {
  std::string segment;
  std::uint64_t incarnation = 0; ///< the segment's
  std::uint64_t offset = 0;
  std::uint64_t bytes = 0;
  dtype type{};
  extents shape;
  /// What somebody called it: a file's name, "published as prices"; empty where nobody did.
  std::string label;
  /// Handles, views and tasks that share it.
  long holders = 0;
  std::chrono::steady_clock::time_point since;
};

/// "float64[1000,1000] (7.63 MiB, a.npy, held 3 times, 12 s old)".
std::string to_string(const stored_array& what, std::chrono::steady_clock::time_point now);

} // namespace pinion
