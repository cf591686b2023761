#include <pinion/shm/own_folder.hpp>

#include <system_error>

#include <dlfcn.h>

namespace pinion {

std::filesystem::path own_folder() {
  Dl_info where{};
  if (::dladdr(reinterpret_cast<const void*>(&own_folder), &where) != 0 && where.dli_fname != nullptr) {
    std::error_code ignored;
    const auto whole = std::filesystem::canonical(where.dli_fname, ignored);
    if (!ignored)
      return whole.parent_path();
  }
  return {};
}

} // namespace pinion
