#pragma once

#include <filesystem>

#include <pinion/shm/any_array.hpp>
#include <pinion/shm/any_view.hpp>
#include <pinion/shm/store.hpp>

namespace pinion {

/// Reads NumPy's .npy, versions 1.0 to 3.0, either byte order, straight into a block of the store: no second
/// copy exists at any time. An array in Fortran order stays so (its strides say it); elements are in this
/// machine's byte order afterwards, and truth values are 0 or 1. Refused: anything but the thirteen types of
/// dtype, more than 8 axes, and files that are shorter or longer than their header says. Throws bad_npy or
/// file_failed with the file's name and the reason, or no_space_error; nothing is left in the store then. Any
/// thread; it blocks for as long as the file takes.
any_array load_npy(store& into, const std::filesystem::path& path);

/// The same, and wrong_type when the file holds other elements than T.
template <element T>
array<T> load_npy(store& into, const std::filesystem::path& path) {
  return load_npy(into, path).template as<T>();
}

/// Writes .npy version 1.0 in this machine's byte order: in Fortran order if the elements lie so, else in C
/// order. The file appears whole or not at all: it is written under another name beside its place, then
/// renamed (not synced to the disk). An existing regular file is replaced, through symbolic links too;
/// anything else is refused. Throws file_failed.
void save_npy(const std::filesystem::path& path, const any_view& what);

} // namespace pinion
