// Arrays as the command line prints them.
#pragma once

#include <string>

#include <pinion/shm/any_view.hpp>

namespace pinion::cli {

/// Type, shape and elements, without a newline at the end:
///
///     float64[2,1000]
///     [[0 1 2 ... 997 998 999]
///      [0 2 4 ... 1994 1996 1998]]
///
/// Up to 100 elements are shown in full, of larger arrays the first and last of each axis.
std::string array_text(const any_view& array);

} // namespace pinion::cli
