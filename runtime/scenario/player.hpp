#pragma once

#include <pinion/runtime/config.hpp>
#include <pinion/runtime/scenario/progress.hpp>
#include <pinion/runtime/scenario/record.hpp>
#include <pinion/runtime/scenario/script.hpp>

namespace pinion::scenario {

/// Plays a script from its arrays to its expectations, on a node that lives as long as this call. Gives
/// measured settings their values in `what`. Throws what the node throws, scenario_error for what cannot be
/// asked of this node's kernels, and interrupted when a signal came; nothing is left behind either way.
record play_script(script& what, const config& settings, progress& line);

} // namespace pinion::scenario
