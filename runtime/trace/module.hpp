#pragma once

#include <cstddef>

/// The library that names the frames of a stack: loaded when a kernel throws, so that nobody else pays for
/// it.
namespace pinion::trace {

inline constexpr const char* module_file = "libpinion_trace.so";
inline constexpr const char* entry_name = "pinion_trace_names";

/// Calls `take` with the text of each frame that has one, in order.
using entry = void (*)(void* const* frames, std::size_t count, void (*take)(void* into, const char* text),
                       void* into);

} // namespace pinion::trace
