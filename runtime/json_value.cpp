#include <pinion/runtime/json_value.hpp>

#include <charconv>
#include <cmath>
#include <cstring>

#include <pinion/actors/throw_trace.hpp>
#include <pinion/runtime/scalar_text.hpp>

namespace pinion {
namespace {

using json = nlohmann::ordered_json;

template <class T>
json scalar(const T& value) {
  return json(value);
}

json scalar(double value) { return std::isfinite(value) ? json(value) : json(number_text(value)); }

// JSON's numbers are doubles here: by way of its digits, 0.1f stays 0.1.
json scalar(float value) {
  const auto text = number_text(value);
  double digits = 0;
  std::from_chars(text.data(), text.data() + text.size(), digits);
  return scalar(digits);
}

template <class Float>
json scalar(const std::complex<Float>& value) {
  return {{"re", scalar(value.real())}, {"im", scalar(value.imag())}};
}

json scalar(std::monostate) { return nullptr; }
json scalar(const array_ref& value) { return to_string(value); }

template <class T>
json element(const char* at) {
  T value{};
  std::memcpy(&value, at, sizeof value);
  return scalar(value);
}

json element(const char* at, dtype type) {
  switch (type) {
  case dtype::boolean:
    return *at != 0;
  case dtype::int8:
    return element<std::int8_t>(at);
  case dtype::int16:
    return element<std::int16_t>(at);
  case dtype::int32:
    return element<std::int32_t>(at);
  case dtype::int64:
    return element<std::int64_t>(at);
  case dtype::uint8:
    return element<std::uint8_t>(at);
  case dtype::uint16:
    return element<std::uint16_t>(at);
  case dtype::uint32:
    return element<std::uint32_t>(at);
  case dtype::uint64:
    return element<std::uint64_t>(at);
  case dtype::float32:
    return element<float>(at);
  case dtype::float64:
    return element<double>(at);
  case dtype::complex64:
    return element<std::complex<float>>(at);
  case dtype::complex128:
    return element<std::complex<double>>(at);
  }
  return nullptr;
}

json elements(const any_view& array, std::size_t axis, const char* at) {
  if (axis == array.rank())
    return element(at, array.type);
  auto list = json::array();
  const auto step = array.lay.strides[axis] * static_cast<std::int64_t>(item_size(array.type));
  for (std::int64_t i = 0; i < array.shape()[axis]; ++i)
    list.push_back(elements(array, axis + 1, at + i * step));
  return list;
}

} // namespace

json json_value(const argument& value) {
  return std::visit([](const auto& held) { return scalar(held); }, value);
}

json json_value(const any_view& array) {
  auto shape = json::array();
  for (const auto extent : array.shape())
    shape.push_back(extent);
  json result{{"dtype", name_of(array.type)}, {"shape", std::move(shape)}};
  if (array.size() <= json_elements)
    result["values"] = elements(array, 0, static_cast<const char*>(array.data));
  return result;
}

nlohmann::ordered_json json_value(const task_stamps& stamps) {
  return {{"queued_ns", stamps.queued},     {"sent_ns", stamps.sent},       {"started_ns", stamps.started},
          {"finished_ns", stamps.finished}, {"replied_ns", stamps.replied}, {"cpu_ns", stamps.cpu_ns}};
}

void add_exception(nlohmann::ordered_json& to, const failure& why, const char* type) {
  if (!why.type.empty())
    to[type] = why.type;
  if (!why.causes.empty())
    to["causes"] = why.causes;
  if (!why.trace.empty())
    to["trace"] = names_of(why.trace);
}

std::string json_text(const json& value) {
  return value.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

} // namespace pinion
