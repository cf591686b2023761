#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <pinion/shm/dtype.hpp>
#include <pinion/shm/shape.hpp>

namespace pinion {

/// What the header of a .npy file says: NumPy's format, versions 1.0 to 3.0. Pure functions of text, so any
/// thread.
struct npy_header {
  dtype type{};
  /// The elements' bytes are in the opposite order of this machine's.
  bool swapped = false;
  order lie = order::c;
  extents shape;

  friend bool operator==(const npy_header&, const npy_header&) = default;
};

/// The bytes before the dictionary: magic, version and the dictionary's length.
struct npy_preamble {
  /// Of the preamble itself: 10 for version 1, else 12.
  std::size_t size;
  std::size_t dictionary;
};

/// The most bytes that a preamble can have, and what must be read to know it.
inline constexpr std::size_t npy_preamble_max = 12;

/// A dictionary for one of our types has a few hundred bytes; longer ones are refused before memory is taken
/// for them.
inline constexpr std::size_t npy_dictionary_max = 65536;

/// Both throw shm_errc::bad_npy with `file` and the reason. `start` is the beginning of the file, up to
/// npy_preamble_max bytes.
npy_preamble parse_npy_preamble(std::string_view start, const std::string& file);
npy_header parse_npy_dictionary(std::string_view text, const std::string& file);

/// Preamble and dictionary, version 1.0 (8 extents always fit), padded so that the elements begin at a
/// multiple of 64. `swapped` is not looked at: the elements are in this machine's order.
std::string format_npy_header(const npy_header& header);

} // namespace pinion
