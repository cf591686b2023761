#pragma once

#include <pinion/runtime/config.hpp>
#include <pinion/runtime/scenario/script.hpp>

namespace pinion::scenario {

/// The configuration of the program with what the scenario's [node] says put over it. A relative plug-in with
/// a slash in its path lies beside the scenario file.
config node_config(config settings, const script& what);

} // namespace pinion::scenario
