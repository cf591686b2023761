#include <pinion/actors/column.hpp>

#include <algorithm>

#include <pinion/actors/convert.hpp>
#include <pinion/shm/error.hpp>

namespace pinion {

namespace {

std::byte* place_of(const any_view& whole, std::int64_t index) {
  return static_cast<std::byte*>(whole.data) +
         index * whole.lay.strides[0] * static_cast<std::int64_t>(item_size(whole.type));
}

// Calls `what` with the C++ type of the elements.
template <class Call>
auto with_type(dtype type, Call&& what) {
  switch (type) {
  case dtype::boolean:
    return what(std::type_identity<bool>{});
  case dtype::int8:
    return what(std::type_identity<std::int8_t>{});
  case dtype::int16:
    return what(std::type_identity<std::int16_t>{});
  case dtype::int32:
    return what(std::type_identity<std::int32_t>{});
  case dtype::int64:
    return what(std::type_identity<std::int64_t>{});
  case dtype::uint8:
    return what(std::type_identity<std::uint8_t>{});
  case dtype::uint16:
    return what(std::type_identity<std::uint16_t>{});
  case dtype::uint32:
    return what(std::type_identity<std::uint32_t>{});
  case dtype::uint64:
    return what(std::type_identity<std::uint64_t>{});
  case dtype::float32:
    return what(std::type_identity<float>{});
  case dtype::float64:
    return what(std::type_identity<double>{});
  case dtype::complex64:
    return what(std::type_identity<std::complex<float>>{});
  case dtype::complex128:
    return what(std::type_identity<std::complex<double>>{});
  }
  raise(shm_errc::wrong_type, "no element type has the number " + std::to_string(static_cast<int>(type)));
}

} // namespace

any_view part_of(const any_view& whole, std::int64_t first, std::int64_t count) {
  auto part = whole;
  part.lay.shape[0] = count;
  part.data = count == 0 ? whole.data : place_of(whole, first);
  return part;
}

argument element_at(const any_view& whole, std::int64_t index) {
  return with_type(whole.type, [&]<class T>(std::type_identity<T>) -> argument {
    return own(argument_view(look(*reinterpret_cast<const T*>(place_of(whole, index)))));
  });
}

bool put_element(const any_view& whole, std::int64_t index, const argument_view& value) {
  return with_type(whole.type, [&]<class T>(std::type_identity<T>) {
    const auto converted = convert<T>(value);
    if (converted)
      *reinterpret_cast<T*>(place_of(whole, index)) = *converted;
    return converted.has_value();
  });
}

column column::of_axis(any_view items) {
  column result;
  result.count_ = items.lay.shape[0];
  result.axis_ = std::move(items);
  result.has_axis_ = true;
  result.holds_.push_back(result.axis_.source);
  return result;
}

column column::of_same(argument value, hold_list holds) {
  column result;
  result.count_ = -1;
  result.same_ = std::move(value);
  result.holds_ = std::move(holds);
  return result;
}

column column::of_same(any_view array) {
  auto result = of_same(own(argument_view(look(array))), {array.source});
  result.axis_ = std::move(array);
  result.has_axis_ = true;
  return result;
}

column column::of_items(std::int64_t count, item_function item) {
  column result;
  result.count_ = count;
  result.item_ = std::move(item);
  return result;
}

argument column::at(std::int64_t item, hold_list& holds) const {
  if (item_)
    return item_(item, holds);
  holds.insert(holds.end(), holds_.begin(), holds_.end());
  if (count_ < 0)
    return same_;
  if (axis_.rank() == 1)
    return element_at(axis_, item);
  auto row = axis_;
  row.data = place_of(axis_, item);
  row.lay.shape.erase(0);
  row.lay.strides.erase(0);
  return argument(own(argument_view(look(row))));
}

namespace detail {

column column_of_view(any_view whole) {
  if (whole.rank() == 0)
    raise(shm_errc::bad_shape, "an array of rank 0 has no items to map over; give it as same(x)");
  return column::of_axis(std::move(whole));
}

} // namespace detail

} // namespace pinion
