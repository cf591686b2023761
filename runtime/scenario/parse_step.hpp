#pragma once

#include <string>
#include <vector>

#include <toml++/toml.h>

#include <pinion/runtime/scenario/script.hpp>

namespace pinion::scenario {

/// Reads one [[step]]; `done` is what was read so far of its script (arrays, settings, earlier steps).
step parse_step(const toml::table& table, const std::string& file, const script& done);

} // namespace pinion::scenario
