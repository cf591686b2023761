#include "npy_file.hpp"

#include <algorithm>
#include <string>
#include <system_error>

#include <unistd.h>

#include <pinion/shm/npy.hpp>
#include <pinion/shm/store.hpp>

namespace pinion::bench {

npy_file::npy_file(std::uint64_t bytes)
    : path_(std::filesystem::temp_directory_path() /
            ("pinion-bench-" + std::to_string(::getpid()) + ".npy")) {
  store arrays;
  const auto all = arrays.empty<double>({static_cast<std::int64_t>(bytes / sizeof(double))});
  std::fill(all.span().begin(), all.span().end(), 1.0);
  save_npy(path_, all);
}

npy_file::~npy_file() {
  std::error_code ignored;
  std::filesystem::remove(path_, ignored);
}

} // namespace pinion::bench
