// An argument that is an array from a file.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include <pinion/shm/any_view.hpp>
#include <pinion/shm/raw.hpp>
#include <pinion/shm/store.hpp>

namespace pinion::cli {

/// `map:x.npy` is a file that is mapped instead of read.
inline constexpr std::string_view mapped_mark = "map:";

/// `@x.npy`, `map:x.npy`, `@x.npz:name` (`@x.npz` when there is just one array in it), or
/// `@x.bin:float64[1000,3]:offset=16,order=F,bytes=big` for bare elements, where one extent may be -1 and the
/// options may be left out. Not looked at yet.
struct file_argument {
  enum class kind : std::uint8_t { npy, mapped, npz, raw };

  kind what = kind::npy;
  std::filesystem::path path;
  /// npz: the array's name; empty for the only one.
  std::string name;
  /// raw
  dtype type{};
  extents shape;
  raw_format format;
};

/// `text` begins with the @ or with mapped_mark. Throws usage_error.
file_argument parse_file_argument(std::string_view text);

/// A mapped one may only be read. Throws what load_npy, map_npy, npz_file and load_raw throw.
any_view load(store& into, const file_argument& from);

} // namespace pinion::cli
