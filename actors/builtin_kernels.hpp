#pragma once

#include <pinion/actors/kernel_registry.hpp>

namespace pinion {

/// What nodes ask of their own workers. Names begin with "pinion.", which no other kernel's does.
void add_builtin_kernels(kernel_registry& to);

/// pinion.fill(view<T>, T), for each element type.
inline constexpr const char* fill_kernel = "pinion.fill";

} // namespace pinion
