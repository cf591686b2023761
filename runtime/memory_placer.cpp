#include <pinion/runtime/memory_placer.hpp>

#include <dlfcn.h>

#include <pinion/runtime/error.hpp>
#include <pinion/runtime/library_file.hpp>
#include <pinion/runtime/numa/module.hpp>

namespace pinion {
namespace {

[[noreturn]] void cannot_load(const std::string& file) {
  const auto* why = ::dlerror();
  raise(runtime_errc::plugin_not_loaded,
        "cannot place arrays on NUMA nodes: " +
            (why != nullptr ? std::string(why) : file + " is no such library") +
            "; it is installed beside libpinion.so and needs libhwloc, or leave memory_placement at "
            "first-touch");
}

// Loaded at the first call and never unloaded: what it gives out is code of its own.
numa::opener open_module() {
  const auto file = find_library_file(numa::module_file);
  auto* module = ::dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (module == nullptr)
    cannot_load(file);
  auto* entry = ::dlsym(module, numa::module_entry);
  if (entry == nullptr)
    cannot_load(file);
  return reinterpret_cast<numa::opener>(entry);
}

} // namespace

memory_placer memory_placer::make(const memory_placement& asked, const std::vector<int>& processors,
                                  teller tell) {
  memory_placer result;
  if (asked.how == memory_placement::way::first_touch)
    return result;
  static const auto open = open_module();
  open(asked, processors, std::move(tell), result);
  return result;
}

} // namespace pinion
