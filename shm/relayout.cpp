#include <pinion/shm/relayout.hpp>

#include <algorithm>
#include <array>
#include <utility>

#include <pinion/shm/error.hpp>

namespace pinion {

namespace {

std::string axes(std::size_t count) { return std::to_string(count) + (count == 1 ? " axis" : " axes"); }

// With the extent that was left open.
extents complete(const extents& wanted, std::int64_t count, const extents& from) {
  const auto open = std::count(wanted.begin(), wanted.end(), -1);
  const auto refuse = [&](const std::string& why) {
    raise(shm_errc::bad_shape,
          "an array of shape " + to_string(from) + " has no shape " + to_string(wanted) + ": " + why);
  };
  if (open > 1)
    refuse("one extent at most can be left open (-1)");
  auto shape = wanted;
  auto* left_open = std::find(shape.begin(), shape.end(), -1);
  if (open == 1)
    *left_open = 1;
  const auto others = element_count(shape);
  if (open == 1) {
    if (others == 0 || count % others != 0)
      refuse("its " + std::to_string(count) + " elements cannot be dealt out so");
    *left_open = count / others;
  } else if (others != count) {
    refuse(std::to_string(count) + " elements are not " + std::to_string(others));
  }
  return shape;
}

} // namespace

std::optional<layout> reshaped(const layout& lay, const extents& wanted) {
  const auto count = element_count(lay.shape);
  const auto shape = complete(wanted, count, lay.shape);
  auto result = c_order(shape);
  if (count == 0)
    return result;
  const auto old = squeezed(lay);
  // Runs of axes that have the same number of elements on both sides: old axes [from, to) become new ones
  // [at, end).
  std::size_t at = 0;
  std::size_t from = 0;
  while (at < shape.size() && from < old.rank()) {
    auto end = at + 1;
    auto to = from + 1;
    auto new_count = shape[at];
    auto old_count = old.shape[from];
    while (new_count != old_count)
      if (new_count < old_count)
        new_count *= shape[end++];
      else
        old_count *= old.shape[to++];
    for (auto axis = from; axis + 1 < to; ++axis)
      if (old.strides[axis] != old.shape[axis + 1] * old.strides[axis + 1])
        return std::nullopt;
    auto stride = old.strides[to - 1];
    for (auto axis = end; axis-- > at;) {
      result.strides[axis] = stride;
      stride *= shape[axis];
    }
    at = end;
    from = to;
  }
  // What is left are axes of extent 1.
  for (; at < shape.size(); ++at)
    result.strides[at] = at > 0 ? result.strides[at - 1] : 1;
  return result;
}

layout broadcast(const layout& lay, const extents& shape) {
  static_cast<void>(element_count(shape));
  const auto refuse = [&](const std::string& why) {
    raise(shm_errc::bad_shape, "an array of shape " + to_string(lay.shape) + " cannot be broadcast to " +
                                   to_string(shape) + ": " + why);
  };
  if (lay.rank() > shape.size())
    refuse("it has more axes");
  layout result{shape, shape};
  const auto more = shape.size() - lay.rank();
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    result.strides[axis] = 0;
    if (axis < more)
      continue;
    const auto extent = lay.shape[axis - more];
    if (extent == shape[axis])
      result.strides[axis] = lay.strides[axis - more];
    else if (extent != 1)
      refuse("extent " + std::to_string(extent) + " is neither 1 nor " + std::to_string(shape[axis]));
  }
  return result;
}

layout squeezed(const layout& lay) {
  layout result;
  for (std::size_t axis = 0; axis < lay.rank(); ++axis)
    if (lay.shape[axis] != 1) {
      result.shape.push_back(lay.shape[axis]);
      result.strides.push_back(lay.strides[axis]);
    }
  return result;
}

layout squeezed(const layout& lay, std::size_t axis) {
  if (axis >= lay.rank() || lay.shape[axis] != 1)
    raise(shm_errc::bad_shape, "axis " + std::to_string(axis) + " of an array of shape " +
                                   to_string(lay.shape) + " cannot be left out: only one of extent 1 can");
  auto result = lay;
  result.shape.erase(axis);
  result.strides.erase(axis);
  return result;
}

layout unsqueezed(const layout& lay, std::size_t axis) {
  if (axis > lay.rank())
    raise(shm_errc::bad_shape,
          "no axis can be put at " + std::to_string(axis) + " of an array with " + axes(lay.rank()));
  layout result;
  for (std::size_t i = 0; i <= lay.rank(); ++i) {
    if (i == axis) {
      result.shape.push_back(1);
      result.strides.push_back(0);
    }
    if (i < lay.rank()) {
      result.shape.push_back(lay.shape[i]);
      result.strides.push_back(lay.strides[i]);
    }
  }
  return result;
}

layout permuted(const layout& lay, const extents& order) {
  std::array<bool, max_rank> taken{};
  layout result;
  for (const auto axis : order) {
    if (axis < 0 || axis >= static_cast<std::int64_t>(lay.rank()) ||
        std::exchange(taken[static_cast<std::size_t>(axis)], true))
      break;
    result.shape.push_back(lay.shape[static_cast<std::size_t>(axis)]);
    result.strides.push_back(lay.strides[static_cast<std::size_t>(axis)]);
  }
  if (order.size() != lay.rank() || result.rank() != lay.rank())
    raise(shm_errc::bad_shape,
          "the order " + to_string(order) + " does not name each of " + axes(lay.rank()) + " once");
  return result;
}

} // namespace pinion
