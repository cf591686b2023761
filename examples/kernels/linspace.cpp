// linspace and scaled: kernels that make an array and return it. Nothing is copied: the caller gets the
// memory that the kernel wrote.
#include <cmath>
#include <stdexcept>
#include <string>

#include <pinion/actors/kernels_macro.hpp>

namespace {

pinion::array<double> linspace(pinion::context& here, double from, double to, std::int64_t count) {
  if (count < 0)
    throw std::invalid_argument("cannot make " + std::to_string(count) + " numbers");
  auto result = here.make<double>({count});
  const auto out = result.span();
  const auto step = count > 1 ? (to - from) / static_cast<double>(count - 1) : 0.0;
  for (std::int64_t i = 0; i < count; ++i)
    out[static_cast<std::size_t>(i)] = from + step * static_cast<double>(i);
  if (count > 1)
    out.back() = to; // whatever rounding says
  return result;
}

pinion::array<double> scaled(pinion::context& here, pinion::view<const double> a, double by) {
  auto result = here.make<double>(a.shape());
  auto out = result.begin();
  for (const auto each : a)
    *out++ = each * by;
  return result;
}

} // namespace

PINION_KERNELS(k) {
  k.add("linspace", linspace, "so many numbers from the first to the second, evenly apart");
  k.add("scaled", scaled, "a new array: each element times a number");
}
