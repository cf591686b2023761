#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include <pinion/shm/npy.hpp>
#include <pinion/shm/npz.hpp>
#include <pinion/shm/raw.hpp>
#include <pinion/shm/store.hpp>

namespace pinion {

/// The ways to come to an array in a node's store; node has them.
class array_calls {
public:
  template <element T>
  array<T> zeros(const extents& shape) {
    return memory().zeros<T>(shape);
  }
  /// Elements are whatever lay there before.
  template <element T>
  array<T> empty(const extents& shape) {
    return memory().empty<T>(shape);
  }
  /// Reads a NumPy file straight into shared memory. Waits for the disk.
  any_array load_npy(const std::filesystem::path& file) { return pinion::load_npy(memory(), file); }
  template <element T>
  array<T> load_npy(const std::filesystem::path& file) {
    return load_npy(file).as<T>();
  }
  /// One array of a .npz file of NumPy's, by its name, or all of them. The first call loads libzip.
  any_array load_npz(const std::filesystem::path& file, std::string_view array_name) {
    return pinion::load_npz(memory(), file, array_name);
  }
  template <element T>
  array<T> load_npz(const std::filesystem::path& file, std::string_view array_name) {
    return load_npz(file, array_name).as<T>();
  }
  std::map<std::string, any_array> load_npz(const std::filesystem::path& file) {
    return pinion::load_npz(memory(), file);
  }
  /// Bare elements; one extent may be -1.
  any_array load_raw(const std::filesystem::path& file, dtype type, const extents& shape,
                     const raw_format& format = {}) {
    return pinion::load_raw(memory(), file, type, shape, format);
  }
  template <element T>
  array<T> load_raw(const std::filesystem::path& file, const extents& shape, const raw_format& format = {}) {
    return load_raw(file, dtype_of<T>, shape, format).template as<T>();
  }

protected:
  array_calls() = default;
  ~array_calls() = default;

private:
  virtual store& memory() noexcept = 0;
};

} // namespace pinion
