// matmul: the product of two matrices, in blocks that stay in the processor's cache.
#include <algorithm>
#include <array>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include <pinion/actors/kernels_macro.hpp>

namespace {

using pinion::view_nd;

// A block of b takes 64 x 256 x 8 bytes = 128 KiB, which fits into a second-level cache beside its rows.
constexpr std::int64_t block_k = 64;
constexpr std::int64_t block_j = 256;

std::string shape_of(const pinion::view<const double>& a) { return pinion::to_string(a.shape()); }

void matmul(view_nd<const double, 2> a, view_nd<const double, 2> b, view_nd<double, 2> out) {
  const auto rows = a.shape(0);
  const auto inner = a.shape(1);
  const auto columns = b.shape(1);
  if (b.shape(0) != inner || out.shape(0) != rows || out.shape(1) != columns)
    throw std::invalid_argument("shapes do not fit: " + shape_of(a) + " times " + shape_of(b) + " into " +
                                shape_of(out) + "; wanted n x k, k x m and n x m");
  for (std::int64_t i = 0; i < rows; ++i)
    for (std::int64_t j = 0; j < columns; ++j)
      out(i, j) = 0;
  // The block of b is copied, so that its rows are plain memory whatever the strides are.
  std::vector<double> packed(static_cast<std::size_t>(block_k * block_j));
  std::array<double, static_cast<std::size_t>(block_j)> sums{};
  for (std::int64_t j0 = 0; j0 < columns; j0 += block_j) {
    const auto width = std::min(block_j, columns - j0);
    for (std::int64_t k0 = 0; k0 < inner; k0 += block_k) {
      const auto depth = std::min(block_k, inner - k0);
      for (std::int64_t k = 0; k < depth; ++k)
        for (std::int64_t j = 0; j < width; ++j)
          packed[static_cast<std::size_t>(k * block_j + j)] = b(k0 + k, j0 + j);
      for (std::int64_t i = 0; i < rows; ++i) {
        sums.fill(0);
        for (std::int64_t k = 0; k < depth; ++k) {
          const double factor = a(i, k0 + k);
          const double* row = packed.data() + k * block_j;
          double* to = sums.data();
          for (std::int64_t j = 0; j < width; ++j)
            to[j] += factor * row[j];
        }
        for (std::int64_t j = 0; j < width; ++j)
          out(i, j0 + j) += sums[static_cast<std::size_t>(j)];
      }
    }
  }
}

} // namespace

PINION_KERNELS(k) { k.add("matmul", matmul, "writes the product of two matrices into a third, another one"); }
