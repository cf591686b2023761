#include <pinion/shm/view.hpp>

#include <algorithm>

#include <pinion/shm/any_view.hpp>
#include <pinion/shm/error.hpp>

namespace pinion::detail {

void raise_rank(std::size_t given, std::size_t rank) {
  raise(shm_errc::out_of_range, std::to_string(given) + (given == 1 ? " index" : " indices") +
                                    " for an array with " + std::to_string(rank) +
                                    (rank == 1 ? " axis" : " axes"));
}

void raise_index(std::int64_t index, std::size_t axis, std::int64_t extent) {
  raise(shm_errc::out_of_range, "index " + std::to_string(index) + " is out of range for axis " +
                                    std::to_string(axis) + " with " + std::to_string(extent) +
                                    (extent == 1 ? " element" : " elements"));
}

void raise_not_contiguous(const layout& lay) {
  raise(shm_errc::not_contiguous, "the elements of this view (shape " + to_string(lay.shape) + ", strides " +
                                      to_string(lay.strides) +
                                      ") do not lie one after the other; walk it with begin() and end()");
}

void raise_needs_copy(const layout& lay, const extents& shape) {
  raise(shm_errc::not_contiguous, "a view of shape " + to_string(lay.shape) + " and strides " +
                                      to_string(lay.strides) + " cannot have the shape " + to_string(shape) +
                                      " where it lies; copy it into an array of that shape");
}

void raise_flat(std::int64_t index, std::int64_t count) {
  raise(shm_errc::out_of_range, "element " + std::to_string(index) + " is out of range in an array with " +
                                    std::to_string(count) + (count == 1 ? " element" : " elements"));
}

std::int64_t offset_of(const layout& lay, std::int64_t position) noexcept {
  std::int64_t offset = 0;
  for (auto axis = lay.rank(); axis-- > 0;) {
    offset += position % lay.shape[axis] * lay.strides[axis];
    position /= lay.shape[axis];
  }
  return offset;
}

void check_axis(std::size_t axis, std::size_t rank) {
  if (axis >= rank)
    raise(shm_errc::out_of_range, "axis " + std::to_string(axis) + " does not exist in an array with " +
                                      std::to_string(rank) + (rank == 1 ? " axis" : " axes"));
}

namespace {

bool without_elements(const layout& lay) {
  return std::find(lay.shape.begin(), lay.shape.end(), 0) != lay.shape.end();
}

// How far to go along an axis; nowhere when there is no element to go to, so that no pointer leaves its
// block.
std::int64_t move_by(const layout& lay, std::int64_t index, std::int64_t stride) {
  return without_elements(lay) ? 0 : index * stride;
}

} // namespace

std::int64_t slice_axis(layout& lay, std::size_t axis, std::int64_t start, std::int64_t stop,
                        std::int64_t step) {
  check_axis(axis, lay.rank());
  auto extent = lay.shape[axis];
  auto stride = lay.strides[axis];
  if (step == 0)
    raise(shm_errc::out_of_range, "a slice cannot have a step of 0");
  auto low = step > 0 ? std::int64_t{0} : std::int64_t{-1};
  auto high = step > 0 ? extent : extent - 1;
  if (start < low || start > high || stop < low || stop > high)
    raise(shm_errc::out_of_range, "the slice " + std::to_string(start) + ":" + std::to_string(stop) + ":" +
                                      std::to_string(step) + " is out of range for axis " +
                                      std::to_string(axis) + " with " + std::to_string(extent) +
                                      (extent == 1 ? " element" : " elements"));
  // -step would overflow for the smallest number; unsigned arithmetic does not.
  auto stride_of_step =
      step > 0 ? static_cast<std::uint64_t>(step) : std::uint64_t{0} - static_cast<std::uint64_t>(step);
  auto distance = step > 0 ? stop - start : start - stop;
  auto count = distance > 0
                   ? static_cast<std::int64_t>(static_cast<std::uint64_t>(distance - 1) / stride_of_step) + 1
                   : std::int64_t{0};
  lay.shape[axis] = count;
  // With one element or none the stride does not matter, and a huge step would overflow it; nor does it where
  // another axis has none.
  if (count > 1 && __builtin_mul_overflow(stride, step, &lay.strides[axis]) && !without_elements(lay))
    raise(shm_errc::overflow,
          "the step " + std::to_string(step) + " is too big for an axis of stride " + std::to_string(stride));
  return move_by(lay, start, stride);
}

std::int64_t drop_first_axis(layout& lay, std::int64_t index) {
  if (lay.rank() == 0)
    raise(shm_errc::out_of_range, "an array with no axes has no rows");
  if (index < 0 || index >= lay.shape[0])
    raise_index(index, 0, lay.shape[0]);
  auto stride = lay.strides[0];
  lay.shape.erase(0);
  lay.strides.erase(0);
  return move_by(lay, index, stride);
}

layout transposed(const layout& lay) {
  layout turned = lay;
  std::reverse(turned.shape.begin(), turned.shape.end());
  std::reverse(turned.strides.begin(), turned.strides.end());
  return turned;
}

void check_tile(const extents& whole, const extents& tile) {
  if (tile.size() != whole.size() ||
      std::any_of(tile.begin(), tile.end(), [](auto extent) { return extent <= 0; }))
    raise(shm_errc::bad_shape, "tiles of shape " + to_string(tile) + " do not cover an array of shape " +
                                   to_string(whole) + ": they need as many axes, each of 1 at least");
}

void check_rows(const extents& whole) {
  if (whole.empty())
    raise(shm_errc::bad_shape, "an array with no axes has no rows");
}

array_ref make_ref(const origin* from, const void* data, dtype type, const layout& lay) {
  if (from == nullptr || from->segment.empty())
    raise(shm_errc::not_shared, "the memory of this " + describe(type, lay.shape) +
                                    " does not lie in a segment; make the array in a store to send it");
  auto offset = static_cast<const std::byte*>(data) - from->base;
  return {from->segment, from->incarnation, static_cast<std::uint64_t>(offset), type, lay};
}

void check_as(dtype have, dtype wanted, bool writable, bool write) {
  if (have != wanted)
    raise(shm_errc::wrong_type,
          "the elements are " + std::string(name_of(have)) + ", not " + std::string(name_of(wanted)));
  if (write && !writable)
    raise(shm_errc::read_only, "this array of " + std::string(name_of(have)) + " may only be read");
}

} // namespace pinion::detail
