#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include <pinion/shm/segment_file.hpp>

namespace pinion {

/// A user's file that is mapped as it is, to be read only: a segment without a header and without an owner.
/// Its name is "file:" and the absolute path, with links resolved. Any thread may call any of these.

bool names_file(std::string_view segment) noexcept;

/// Throws file_failed for what does not exist.
std::string file_segment_name(const std::filesystem::path& path);

/// For reading; what is no regular file could block for ever, or has no end. Throws bad_reference for a path
/// that is not in full, no_segment for a file that is gone, read_only for access::write, system_failed for
/// the rest.
segment_file open_file_segment(const std::string& name, access right);

/// What tells one state of a file from another, never 0: from device, inode, size and the time of the last
/// change (stat(2)), so a reference to a file that was replaced or written since is stale. Throws
/// system_failed.
std::uint64_t file_incarnation(int descriptor);

/// Whether the file at that path is still in that state.
bool file_segment_exists(const std::string& name, std::uint64_t incarnation) noexcept;

} // namespace pinion
