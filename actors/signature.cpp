#include <pinion/actors/signature.hpp>

#include <pinion/actors/convert.hpp>

#include <type_traits>

namespace pinion {
namespace {

enum class family : std::uint8_t { truth, whole, real, complex };

struct scalar_traits {
  family kind;
  bool is_signed;
  bool fits;
};

template <class T>
scalar_traits traits_for(const argument_view& x) {
  const auto kind = std::same_as<T, bool>    ? family::truth
                    : std::integral<T>       ? family::whole
                    : std::floating_point<T> ? family::real
                                             : family::complex;
  return {kind, std::is_signed_v<T>, convert<T>(x).has_value()};
}

scalar_traits traits_of(dtype type, const argument_view& x) {
  switch (type) {
  case dtype::boolean:
    return traits_for<bool>(x);
  case dtype::int8:
    return traits_for<std::int8_t>(x);
  case dtype::int16:
    return traits_for<std::int16_t>(x);
  case dtype::int32:
    return traits_for<std::int32_t>(x);
  case dtype::int64:
    return traits_for<std::int64_t>(x);
  case dtype::uint8:
    return traits_for<std::uint8_t>(x);
  case dtype::uint16:
    return traits_for<std::uint16_t>(x);
  case dtype::uint32:
    return traits_for<std::uint32_t>(x);
  case dtype::uint64:
    return traits_for<std::uint64_t>(x);
  case dtype::float32:
    return traits_for<float>(x);
  case dtype::float64:
    return traits_for<double>(x);
  case dtype::complex64:
    return traits_for<std::complex<float>>(x);
  case dtype::complex128:
    return traits_for<std::complex<double>>(x);
  }
  return {family::truth, false, false};
}

// A caller's int32 arrives as int64, a float32 as float64, so these widest types are the exact ones.
std::optional<unsigned> scalar_cost(dtype type, const argument_view& x) {
  const auto [kind, is_signed, fits] = traits_of(type, x);
  if (!fits)
    return std::nullopt;
  const bool widest = item_size(type) == (kind == family::complex ? 16U : 8U);
  const unsigned narrowing = widest ? 0 : 1;
  if (std::holds_alternative<bool>(x))
    return 0;
  if (std::holds_alternative<std::complex<double>>(x))
    return widest ? 0 : parameter::conversion + 1;
  if (std::holds_alternative<double>(x)) {
    if (kind == family::real)
      return widest ? 0 : parameter::conversion + 1;
    return parameter::conversion + 20 + narrowing;
  }
  if (kind == family::whole) {
    const bool same_sign = is_signed == std::holds_alternative<std::int64_t>(x);
    return widest && same_sign ? 0 : parameter::conversion + narrowing + (same_sign ? 0U : 2U);
  }
  return parameter::conversion + (kind == family::real ? 10U : 20U) + narrowing;
}

} // namespace

std::string parameter::to_string() const {
  switch (what) {
  case kind::scalar:
    return std::string(name_of(type));
  case kind::string:
    return "string";
  case kind::any_array:
    return made ? "any_array" : "any_view";
  case kind::guarded:
    return "guarded<" + std::string(name_of(type)) + ">";
  case kind::record:
    return "record";
  case kind::array:
    break;
  }
  if (made)
    return "array<" + std::string(name_of(type)) + ">";
  if (shared)
    return (rank ? "shared_value<" : "shared_view<") + std::string(name_of(type)) + ">";
  auto text = std::string(rank ? "view_nd<" : "view<");
  text += writable ? "" : "const ";
  text += name_of(type);
  if (rank)
    text += ", " + std::to_string(*rank);
  return text + ">";
}

std::optional<unsigned> parameter::cost_of(const argument_view& x) const {
  if (what == kind::scalar)
    return scalar_cost(type, x);
  if (what == kind::string)
    return std::holds_alternative<std::string_view>(x) ? std::optional(0U) : std::nullopt;
  const auto* array = std::get_if<array_look>(&x);
  if (!array)
    return std::nullopt;
  if (what == kind::any_array)
    return conversion;
  // What lies in the block is seen when it is opened.
  if (what == kind::guarded || what == kind::record)
    return array->type == dtype::uint8 && array->lay.rank() == 1 && array->writable ? std::optional(0U)
                                                                                    : std::nullopt;
  if (array->type != type || (writable && !array->writable) || (rank && array->lay.shape.size() != *rank))
    return std::nullopt;
  return rank ? 0U : 1U;
}

std::string signature::to_string(std::string_view name) const {
  auto text = std::string(name) + "(";
  for (const auto& p : parameters) {
    if (&p != parameters.data())
      text += ", ";
    text += p.to_string();
  }
  return text + ") -> " + (result ? result->to_string() : "nothing");
}

signature::match signature::fit(std::span<const argument_view> arguments) const {
  match found;
  if (arguments.size() != parameters.size())
    return found;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const auto cost = parameters[i].cost_of(arguments[i]);
    if (!cost) {
      found.misfit = i + 1;
      return found;
    }
    found.cost += *cost;
  }
  found.fits = true;
  return found;
}

} // namespace pinion
