#pragma once

#include <string>
#include <vector>

#include "measurement.hpp"

namespace pinion::bench {

/// The argument, before all others, that makes this program one part of a measurement.
constexpr const char* part_flag = "--part";

/// Measures all parts, each in a fresh process of this program. Throws std::runtime_error with the name when
/// one fails.
std::vector<figure> measure(const measurement& what, bool quick);

/// In such a process: `words` are those behind part_flag. Prints the figures as JSON; the exit code.
int run_part(const std::vector<std::string>& words);

} // namespace pinion::bench
