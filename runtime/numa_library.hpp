#pragma once

#include <string>

namespace pinion {

/// A function of libpinion_numa.so, by its name. The library is loaded at the first call and never unloaded:
/// what it gives out is code of its own. Throws runtime_errc::plugin_not_loaded: `failed`, the reason, and
/// what to do `instead`.
void* numa_library_entry(const char* name, const std::string& failed, const std::string& instead);

} // namespace pinion
