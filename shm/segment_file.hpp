#pragma once

#include <cstdint>
#include <string>

#include <boost/interprocess/detail/os_file_functions.hpp>

#include <pinion/shm/descriptor.hpp>

namespace pinion {

/// Whether elements are only read, or also written. The page table holds users to it.
enum class access : std::uint8_t { read, write };

/// Somebody's segment, opened as a file by its name: a descriptor of its own (a new open file description),
/// and the size that it had then. Attaching is not owning: nothing here changes or removes the object.
struct segment_file {
  descriptor file;
  std::uint64_t size = 0;

  /// What Boost.Interprocess maps from: a file, and no System V segment.
  boost::interprocess::mapping_handle_t get_mapping_handle() const noexcept { return {file.get(), false}; }
};

/// Throws bad_reference for what is no segment of this user, no_segment for a name that is gone,
/// system_failed for the rest. What lies in it is not looked at. Any thread.
segment_file open_segment(const std::string& name, access right);

/// Whether the name can still be opened, as far as one look tells; true where it cannot be told. Names are
/// never used twice, so a name that is there is that segment's.
bool segment_exists(const std::string& name) noexcept;

} // namespace pinion
