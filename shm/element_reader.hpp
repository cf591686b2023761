#pragma once

#include <cstddef>
#include <cstdint>

#include <pinion/shm/any_view.hpp>

namespace pinion {

/// Hands out an array's elements as one row of bytes, piece by piece, in C order however they lie; for files.
/// (The transposed array gives them in Fortran order.) A look at the array, which must outlive it; one
/// thread.
class element_reader {
public:
  explicit element_reader(const any_view& what);

  /// The next bytes, also from the middle of an element; fewer than asked for only at the end.
  std::size_t read(void* to, std::size_t size) noexcept;

private:
  void step() noexcept;

  const std::byte* data_;
  layout lay_;
  std::size_t item_;
  std::uint64_t left_; // bytes, of this element too
  bool in_a_row_;
  extents index_;
  std::int64_t offset_ = 0; // elements
  std::size_t inside_ = 0;  // bytes of this element that were read
};

} // namespace pinion
