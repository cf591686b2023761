#pragma once

#include <filesystem>

#include <pinion/shm/any_view.hpp>

namespace pinion {

/// A .npy file as an array that can only be read, without reading it first: the file's pages are the
/// elements, shared with the page cache and with every worker that is sent the view. Nothing is counted
/// against a limit, and the file is never changed. A slice of it is sent as any other.
///
/// Refused, since the elements would have to be changed or checked: the other byte order, truth values, and
/// elements that are not aligned in the file (NumPy aligns them to 64, old versions to 16); load_npy takes
/// those. Throws bad_npy, file_failed, or system_failed. Whoever cuts the file while it is in use takes the
/// memory away: a kernel that reads it then ends as an error that says so, the program itself with SIGBUS;
/// one who writes the file is seen. Tasks that come later are told that the file has changed. Any thread.
any_view map_npy(const std::filesystem::path& path);

/// The same, and wrong_type when the file holds other elements than T.
template <element T>
view<const T> map_npy(const std::filesystem::path& path) {
  return map_npy(path).template as<const T>();
}

} // namespace pinion
