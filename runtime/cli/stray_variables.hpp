// Variables that look like settings and are none.
#pragma once

#include <string>
#include <vector>

namespace pinion::cli {

/// A line for each PINION_ variable among `variables` ("NAME=value") that is spelled nearly like a setting:
/// "PINION_WORKER is no setting (did you mean `PINION_WORKERS`?)". Others may be somebody else's.
std::vector<std::string> stray_variables(const char* const* variables);

} // namespace pinion::cli
