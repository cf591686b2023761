#include <pinion/runtime/numa_library.hpp>

#include <dlfcn.h>

#include <pinion/runtime/error.hpp>
#include <pinion/runtime/library_file.hpp>
#include <pinion/runtime/numa/module.hpp>

namespace pinion {

void* numa_library_entry(const char* name, const std::string& failed, const std::string& instead) {
  const auto file = find_library_file(numa::module_file);
  auto* library = ::dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
  auto* entry = library != nullptr ? ::dlsym(library, name) : nullptr;
  if (entry == nullptr) {
    const auto* why = ::dlerror();
    raise(runtime_errc::plugin_not_loaded,
          failed + ": " + (why != nullptr ? std::string(why) : file + " is no such library") +
              "; it is installed beside libpinion.so and needs libhwloc, or " + instead);
  }
  return entry;
}

} // namespace pinion
