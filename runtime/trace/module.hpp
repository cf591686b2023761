#pragma once

/// The library that names calls by reading symbols: loaded when somebody asks for that, so that nobody else
/// pays for it.
namespace pinion::trace {

inline constexpr const char* module_file = "libpinion_trace.so";
inline constexpr const char* entry_name = "pinion_trace_name";

/// Calls `take` with the text of a call, if it has one.
using entry = void (*)(const void* call, void (*take)(void* into, const char* text), void* into);

} // namespace pinion::trace
