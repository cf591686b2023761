#pragma once

#include <string>
#include <string_view>

#include <sys/mman.h>
#include <unistd.h>

#include <pinion/shm/descriptor.hpp>

#include "require.hpp"

namespace pinion::fuzz {

/// A file without a disk. One for all inputs: it is filled anew for each.
class memory_file {
public:
  explicit memory_file(const char* name) : file_(::memfd_create(name, MFD_CLOEXEC)) {
    require(static_cast<bool>(file_), "the system gives out a file in memory");
  }

  std::string path() const { return "/proc/self/fd/" + std::to_string(file_.get()); }

  void fill(std::string_view bytes) {
    require(::ftruncate(file_.get(), 0) == 0, "the file in memory can be emptied");
    require(::pwrite(file_.get(), bytes.data(), bytes.size(), 0) == static_cast<ssize_t>(bytes.size()),
            "the file in memory can be written");
  }

private:
  descriptor file_;
};

} // namespace pinion::fuzz
