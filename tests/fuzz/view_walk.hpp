#pragma once

#include <pinion/shm/any_view.hpp>
#include <pinion/shm/array_ref.hpp>

namespace pinion::fuzz {

/// Touches what a mapper has let through: each element when they are few, else the corners and a sample; as
/// they are and in the views that can be made of them (turned round, transposed, rows, reshaped, broadcast).
/// Each must lie in the segment, behind its header, aligned, and where `ref` says.
void walk(const any_view& seen, const array_ref& ref);

} // namespace pinion::fuzz
