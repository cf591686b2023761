#include <pinion/shm/archive.hpp>

#include <dlfcn.h>

#include <pinion/shm/error.hpp>
#include <pinion/shm/own_folder.hpp>

// There in a program that has the library linked into it, as the fuzzers do; else it is looked for.
extern "C" [[gnu::weak]] const pinion::archive_library* pinion_archive_library();

namespace pinion {

namespace {

constexpr const char* file_name = "libpinion_archive.so";

const archive_library* load() {
  if (pinion_archive_library != nullptr)
    return pinion_archive_library();
  const auto file = own_folder() / file_name;
  auto* handle = ::dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
  auto* entry = handle != nullptr ? ::dlsym(handle, "pinion_archive_library") : nullptr;
  if (entry == nullptr) {
    const auto* why = ::dlerror();
    raise(shm_errc::library_failed, "cannot load " + file.string() + ", which .npz files need: " +
                                        (why != nullptr ? why : "unknown error"));
  }
  return reinterpret_cast<decltype(&pinion_archive_library)>(entry)();
}

} // namespace

const archive_library& load_archive_library() {
  static const archive_library& loaded = *load(); // never unloaded; tried again after a failure
  return loaded;
}

} // namespace pinion
