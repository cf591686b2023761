#pragma once

#include <span>

#include <pinion/actors/argument.hpp>
#include <pinion/actors/signature.hpp>
#include <pinion/actors/task.hpp>

namespace pinion {

/// Notes which leases a task needs for its arrays, by the parameters of its kernel; none for those that it
/// shares. Throws
/// task_error(bad_reference) for an array whose extents or strides are impossible. `arguments` must fit the
/// signature.
void claim_arrays(task& what, const signature& sig, std::span<const argument_view> arguments);

} // namespace pinion
