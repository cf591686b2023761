#include <pinion/runtime/plugin.hpp>

#include <mutex>
#include <set>

#include <dlfcn.h>

#include <pinion/actors/kernels_macro.hpp>
#include <pinion/runtime/error.hpp>
#include <pinion/runtime/library_file.hpp>

namespace pinion {

std::string load_plugin(const std::string& path) {
  static std::mutex mutex;
  static std::set<void*> loaded; // guarded by mutex
  std::lock_guard lock(mutex);
  const auto file = find_library_file(path);
  const auto before = registered_kernels().size();
  if (const auto why = unfit_to_load(file); !why.empty())
    raise(runtime_errc::plugin_not_loaded, "cannot load the plug-in '" + path + "': " + why);
  auto* handle = ::dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) {
    const auto* why = ::dlerror();
    raise(runtime_errc::plugin_not_loaded,
          "cannot load the plug-in '" + path + "': " + (why != nullptr ? why : "unknown error") +
              "; it must be a shared library that was linked with libpinion");
  }
  if (!loaded.insert(handle).second)
    return file;
  if (registered_kernels().size() == before)
    raise(runtime_errc::plugin_without_kernels,
          "the plug-in '" + path + "' has no kernels; register them with PINION_KERNELS(k) { k.add(...); }");
  return file;
}

} // namespace pinion
