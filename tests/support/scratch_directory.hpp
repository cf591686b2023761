#pragma once

#include <filesystem>
#include <string>

#include <unistd.h>

namespace pinion::test {

/// An empty directory of this process, removed with all that is in it.
class scratch_directory {
public:
  explicit scratch_directory(const std::string& name)
      : path_(std::filesystem::temp_directory_path() /
              ("pinion-test-" + name + "-" + std::to_string(::getpid()))) {
    std::filesystem::remove_all(path_);
    std::filesystem::create_directories(path_);
  }
  scratch_directory(const scratch_directory&) = delete;
  scratch_directory& operator=(const scratch_directory&) = delete;
  ~scratch_directory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }
  const std::filesystem::path& path() const noexcept { return path_; }

private:
  std::filesystem::path path_;
};

} // namespace pinion::test
