#pragma once

#include <optional>

#include <pinion/runtime/config.hpp>

namespace pinion::bench {

/// Two processors of this machine: one for those who ask, one for the worker or the floor's other process.
struct pair_of_processors {
  int asks = 0;
  int works = 0;
};

/// Confines this process to two of its processors; nothing when it has only one.
std::optional<pair_of_processors> confine_to_two();
/// Confines this process to one processor, and gives it.
int confine_to_one();

/// A node of this program's own kernels.
config node_with(std::size_t workers);

} // namespace pinion::bench
