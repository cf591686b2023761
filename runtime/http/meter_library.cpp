#include <pinion/runtime/http/meter_library.hpp>

#include <dlfcn.h>

#include <pinion/runtime/library_file.hpp>
#include <pinion/runtime/metrics/module.hpp>

namespace pinion::http {

std::shared_ptr<meter> make_meter(std::string& why) {
  const auto file = find_library_file(metrics::module_file);
  // Never unloaded.
  auto* library = ::dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
  auto* entry = library != nullptr ? ::dlsym(library, metrics::entry_name) : nullptr;
  if (entry == nullptr) {
    const auto* text = ::dlerror();
    why = "cannot load " + file + ", which metrics need: " + (text != nullptr ? text : "unknown error");
    return nullptr;
  }
  return std::shared_ptr<meter>(reinterpret_cast<metrics::entry>(entry)());
}

} // namespace pinion::http
