#include <pinion/runtime/frame_names.hpp>

#include <dlfcn.h>

#include <pinion/runtime/library_file.hpp>
#include <pinion/runtime/trace/module.hpp>

namespace pinion {

std::string name_frame(const void* call) {
  static const auto entry = [] {
    auto* library = ::dlopen(find_library_file(trace::module_file).c_str(), RTLD_NOW | RTLD_LOCAL);
    auto* found = library != nullptr ? ::dlsym(library, trace::entry_name) : nullptr;
    return reinterpret_cast<trace::entry>(found);
  }();
  std::string result;
  if (entry != nullptr)
    entry(
        call, [](void* into, const char* text) { *static_cast<std::string*>(into) = text; }, &result);
  return result;
}

} // namespace pinion
