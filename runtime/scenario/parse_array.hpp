#pragma once

#include <string>

#include <toml++/toml.h>

#include <pinion/runtime/scenario/script.hpp>

namespace pinion::scenario {

/// Reads one [[array]]; `done` is what was read so far of its script (settings, earlier arrays).
array_spec parse_array(const toml::table& table, const std::string& file, const script& done);

} // namespace pinion::scenario
