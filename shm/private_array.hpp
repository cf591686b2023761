#pragma once

#include <pinion/shm/any_array.hpp>

namespace pinion {

/// An array in this process's own memory, zero at first: for code that works on arrays and is called without
/// a store. It cannot be sent (ref() throws not_shared). Throws what element_count does, wrong_type, and
/// no_space when there is no such memory. Any thread.
any_array make_private(dtype type, const extents& shape, order lie = order::c);

} // namespace pinion
