#pragma once

#include <bit>
#include <cstdint>
#include <filesystem>

#include <pinion/shm/any_array.hpp>
#include <pinion/shm/any_view.hpp>
#include <pinion/shm/store.hpp>

namespace pinion {

/// How the elements lie in a file that says nothing about itself: what ndarray.tofile() of NumPy writes, and
/// most programs that dump their memory.
struct raw_format {
  /// Bytes before the first element, which are not looked at.
  std::uint64_t offset = 0;
  order lie = order::c;
  /// Of each number.
  std::endian bytes = std::endian::native;
};

/// Reads bare elements straight into a block of the store; they are this machine's afterwards, as with
/// load_npy. One extent may be -1: it takes what the file has. Throws wrong_size with both figures when the
/// file is shorter or longer than type and shape need, bad_shape and overflow, file_failed, or
/// no_space_error; nothing is left in the store then. Any thread; it blocks for as long as the file takes.
any_array load_raw(store& into, const std::filesystem::path& path, dtype type, const extents& shape,
                   const raw_format& format = {});

template <element T>
array<T> load_raw(store& into, const std::filesystem::path& path, const extents& shape,
                  const raw_format& format = {}) {
  return load_raw(into, path, dtype_of<T>, shape, format).template as<T>();
}

/// Writes bare elements. The file appears whole or not at all, as with save_npy. Throws file_failed.
void save_raw(const std::filesystem::path& path, const any_view& what, order lie = order::c,
              std::endian bytes = std::endian::native);

} // namespace pinion
