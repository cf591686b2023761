#include <pinion/shm/shape.hpp>

#include <algorithm>
#include <limits>

#include <pinion/shm/error.hpp>

namespace pinion {

namespace {

[[noreturn]] void raise_overflow(const extents& shape) {
  raise(shm_errc::overflow,
        "an array of shape " + to_string(shape) + " is too big: its size does not fit into 63 bits");
}

std::int64_t times(std::int64_t a, std::int64_t b, const extents& shape) {
  std::int64_t product = 0;
  if (__builtin_mul_overflow(a, b, &product))
    raise_overflow(shape);
  return product;
}

std::int64_t plus(std::int64_t a, std::int64_t b, const extents& shape) {
  std::int64_t sum = 0;
  if (__builtin_add_overflow(a, b, &sum))
    raise_overflow(shape);
  return sum;
}

bool has_zero(const extents& shape) noexcept {
  return std::find(shape.begin(), shape.end(), 0) != shape.end();
}

// Walks the axes from the fastest to the slowest and asks whether each stride is the number of elements
// before it.
bool packed(const layout& lay, bool last_is_fastest) noexcept {
  if (lay.shape.size() != lay.strides.size())
    return false;
  if (has_zero(lay.shape))
    return true;
  std::int64_t expected = 1;
  for (std::size_t i = 0; i < lay.rank(); ++i) {
    auto axis = last_is_fastest ? lay.rank() - 1 - i : i;
    if (lay.shape[axis] == 1)
      continue;
    if (lay.strides[axis] != expected || __builtin_mul_overflow(expected, lay.shape[axis], &expected))
      return false;
  }
  return true;
}

} // namespace

extents::extents(std::initializer_list<std::int64_t> values)
    : extents(std::span<const std::int64_t>(values.begin(), values.size())) {}

extents::extents(std::span<const std::int64_t> values) {
  for (auto value : values)
    push_back(value);
}

void extents::push_back(std::int64_t value) {
  if (size_ == max_rank)
    raise(shm_errc::bad_shape, "an array has at most " + std::to_string(max_rank) + " axes");
  values_[size_++] = value;
}

void extents::erase(std::size_t axis) noexcept {
  std::copy(values_.begin() + static_cast<std::ptrdiff_t>(axis) + 1,
            values_.begin() + static_cast<std::ptrdiff_t>(size_),
            values_.begin() + static_cast<std::ptrdiff_t>(axis));
  values_[--size_] = 0;
}

std::string to_string(const extents& values) {
  if (values.empty())
    return "scalar";
  std::string text;
  for (auto value : values) {
    text += text.empty() ? "" : "x";
    text += std::to_string(value);
  }
  return text;
}

std::int64_t element_count(const extents& shape) {
  std::int64_t count = 1;
  for (auto extent : shape) {
    if (extent < 0)
      raise(shm_errc::bad_shape, "the shape " + to_string(shape) + " has a negative extent");
    count = times(count, std::max<std::int64_t>(extent, 1), shape);
  }
  return has_zero(shape) ? 0 : count;
}

std::uint64_t byte_count(const extents& shape, dtype type) {
  return static_cast<std::uint64_t>(
      times(element_count(shape), static_cast<std::int64_t>(item_size(type)), shape));
}

layout in_order(const extents& shape, order which) {
  // Also refuses what would overflow below.
  static_cast<void>(element_count(shape));
  layout lay{shape, shape};
  std::int64_t stride = 1;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    auto axis = which == order::c ? shape.size() - 1 - i : i;
    lay.strides[axis] = stride;
    stride *= std::max<std::int64_t>(shape[axis], 1);
  }
  return lay;
}

layout c_order(const extents& shape) { return in_order(shape, order::c); }

layout f_order(const extents& shape) { return in_order(shape, order::fortran); }

bool contiguous(const layout& lay) noexcept { return packed(lay, true); }

bool f_contiguous(const layout& lay) noexcept { return packed(lay, false); }

byte_span byte_span_of(const layout& lay, std::size_t item) {
  if (lay.shape.size() != lay.strides.size())
    raise(shm_errc::bad_shape, "a shape of rank " + std::to_string(lay.shape.size()) + " has " +
                                   std::to_string(lay.strides.size()) + " strides");
  if (item > static_cast<std::size_t>(std::numeric_limits<std::int64_t>::max()))
    raise_overflow(lay.shape);
  auto bytes = static_cast<std::int64_t>(item);
  auto count = element_count(lay.shape);
  static_cast<void>(times(count, bytes, lay.shape));
  if (count == 0)
    return {0, 0};
  byte_span span{0, bytes};
  for (std::size_t axis = 0; axis < lay.rank(); ++axis) {
    // An axis with one element goes nowhere, whatever its stride.
    if (lay.shape[axis] == 1)
      continue;
    auto reach = times(times(lay.shape[axis] - 1, lay.strides[axis], lay.shape), bytes, lay.shape);
    auto& end = reach < 0 ? span.low : span.high;
    end = plus(end, reach, lay.shape);
  }
  return span;
}

} // namespace pinion
