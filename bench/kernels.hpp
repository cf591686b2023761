#pragma once

#include <cstdint>

#include <pinion/shm/view.hpp>

namespace pinion::bench {

/// The kernels "noop", "look" (a no-op that takes an array), "half" (of a
/// number), "sum" and "fib"; plain threads run the same
/// code.
double sum(view<const double> a);
std::int64_t fib(std::int64_t n);

} // namespace pinion::bench
