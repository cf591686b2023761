#pragma once

#include <string>
#include <vector>

namespace pinion {

/// Loads a kernel plug-in into this process with dlopen(3); its PINION_KERNELS are known from then on. It is
/// never unloaded. Loading it again does nothing. Any thread. `path` is a file, or a name without a slash,
/// which is looked for beside libpinion and in its folder `pinion`. Returns the file that was loaded. Throws
/// runtime_errc::plugin_not_loaded or plugin_without_kernels.
std::string load_plugin(const std::string& path);

/// The plug-in with the kernels that come with pinion, to be given to load_plugin.
inline constexpr const char* default_plugin = "libpinion_kernels.so";

} // namespace pinion
