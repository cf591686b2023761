#pragma once

#include <pinion/actors/context.hpp>
#include <pinion/runtime/scenario/answer.hpp>
#include <pinion/runtime/scenario/prepared_request.hpp>
#include <pinion/shm/mapper.hpp>

namespace pinion::scenario {

/// Runs a kernel on the calling thread, in this process, and measures its processor time. Never throws for
/// what the kernel does. `maps` belongs to the calling thread. `result`, if given, gets what the kernel
/// returned.
answer run_here(const prepared_request& what, mapper& maps, context& ctx, argument* result = nullptr);

} // namespace pinion::scenario
