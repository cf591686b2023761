#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>

#include <pinion/shm/descriptor.hpp>

namespace pinion {

/// A regular file that is open for reading; anything else could block for ever, or has no end, and is
/// refused. All members throw shm_errc::file_failed with the file's name. For one thread.
class input_file {
public:
  explicit input_file(const std::filesystem::path& path);

  const std::string& name() const noexcept { return name_; }
  /// As it was when the file was opened: somebody may cut it meanwhile.
  std::uint64_t size() const noexcept { return size_; }
  /// To look at it; it stays this object's.
  int fd() const noexcept { return file_.get(); }

  /// From where the last read() ended. Fewer bytes than asked for only at the end of the file.
  std::size_t read(void* to, std::size_t size);
  /// From `offset`, wherever read() stands; also fewer only at the end. Several threads may at once.
  std::size_t read_at(std::uint64_t offset, void* to, std::size_t size) const;

private:
  std::string name_;
  descriptor file_;
  std::uint64_t size_ = 0;
  std::uint64_t next_ = 0;
};

} // namespace pinion
