#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <pinion/shm/any_array.hpp>
#include <pinion/shm/any_view.hpp>
#include <pinion/shm/npz_member.hpp>
#include <pinion/shm/store.hpp>

namespace pinion {

/// NumPy's .npz files as a whole; npz_file has what they refuse and throw, and looks at single arrays of an
/// open one. Any thread; all of this blocks for as long as the file takes. The first call in a process loads
/// a library (libzip).

/// One array by its name, straight into a block of the store.
any_array load_npz(store& into, const std::filesystem::path& path, std::string_view name);

/// The same, and wrong_type when it holds other elements than T.
template <element T>
array<T> load_npz(store& into, const std::filesystem::path& path, std::string_view name) {
  return load_npz(into, path, name).template as<T>();
}

/// All arrays. Throws, and leaves none in the store, when one of them cannot be loaded.
std::map<std::string, any_array> load_npz(store& into, const std::filesystem::path& path);

/// Names, types and shapes, in the order of the file, without reading the elements. What cannot be loaded is
/// listed too, with the reason.
std::vector<npz_member> list_npz(const std::filesystem::path& path);

/// As NumPy's savez and savez_compressed have them.
enum class npz_packing : std::uint8_t { stored, deflated };

/// Writes a file with these arrays, by name. It appears whole or not at all, as with save_npy. Throws
/// file_failed, and bad_npz for a name that cannot be.
void save_npz(const std::filesystem::path& path, const std::map<std::string, any_view>& what,
              npz_packing how = npz_packing::stored);

} // namespace pinion
