#pragma once

#include <cstdint>
#include <optional>

#include <pinion/shm/shape.hpp>

namespace pinion {

/// Layouts of the same elements, looked at otherwise. No element is copied; element [0, ..., 0] stays where
/// it is. Each function throws shm_errc::bad_shape and says why when there is no such layout.

/// The elements of `lay`, in row-major order, in another shape. One extent may be -1: it takes what the
/// others leave. Nothing when only a copy could have that shape (a transposed matrix as one row). The method
/// is that of NumPy's _attempt_nocopy_reshape (numpy/core/src/multiarray/shape.c).
std::optional<layout> reshaped(const layout& lay, const extents& shape);

/// As if every axis of extent 1 were repeated: with a stride of 0, as NumPy's broadcast_to does it. Axes are
/// compared from the last one; `shape` may have more in front.
layout broadcast(const layout& lay, const extents& shape);

/// Without the axes of extent 1, or without one of them.
layout squeezed(const layout& lay);
layout squeezed(const layout& lay, std::size_t axis);

/// With one more axis, of extent 1, before `axis` (at the end when that is the rank).
layout unsqueezed(const layout& lay, std::size_t axis);

/// Axis i of the result is axis order[i] of `lay`; `order` names each axis once.
layout permuted(const layout& lay, const extents& order);

} // namespace pinion
