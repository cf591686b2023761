// The parts that spellings of arrays have in common.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <pinion/shm/dtype.hpp>
#include <pinion/shm/shape.hpp>

namespace pinion::cli {

/// A usage_error about one argument.
[[noreturn]] void refuse_argument(std::string_view spelled, const std::string& why);

/// Both throw usage_error with `spelled`, the whole argument.
dtype parse_element_type(std::string_view name, std::string_view spelled);

/// Numbers with `between` between them, such as 2x3; none at all for an empty text. `least` is the smallest
/// that may be: 0, or -1 where an extent may be worked out.
extents parse_shape(std::string_view text, char between, std::int64_t least, std::string_view spelled);

} // namespace pinion::cli
