#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>

#include <pinion/shm/descriptor.hpp>

namespace pinion {

/// A file that appears whole or not at all: written under another name in the same directory, and renamed by
/// commit(). Without a commit it is removed. For one thread. All members throw shm_errc::file_failed with the
/// file's name.
class output_file {
public:
  /// Refuses a target that exists and is not a regular file: to rename over a device would destroy it.
  explicit output_file(const std::filesystem::path& path);
  ~output_file();
  output_file(const output_file&) = delete;
  output_file& operator=(const output_file&) = delete;

  void write(const void* data, std::size_t size);
  /// Two pieces of memory in one call of the system.
  void write(const void* first, std::size_t first_size, const void* second, std::size_t second_size);

  /// Over what was written, or behind it; write() goes on where it was.
  void write_at(std::uint64_t offset, const void* data, std::size_t size);

  void commit();

private:
  [[noreturn]] void fail(int error_number) const;

  std::string shown_;
  std::filesystem::path target_;
  std::filesystem::path temporary_;
  descriptor file_;
};

} // namespace pinion
