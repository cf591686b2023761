#pragma once

#include <string>

namespace pinion::http {

/// The page at /, as page/index.html has it.
const std::string& page();

} // namespace pinion::http
