#pragma once

#include <cstdint>
#include <filesystem>

namespace pinion::bench {

/// A temporary .npy of float64, all of them 1; the file goes with this object.
class npy_file {
public:
  explicit npy_file(std::uint64_t bytes);
  npy_file(const npy_file&) = delete;
  npy_file& operator=(const npy_file&) = delete;
  ~npy_file();

  const std::filesystem::path& path() const noexcept { return path_; }

private:
  std::filesystem::path path_;
};

} // namespace pinion::bench
