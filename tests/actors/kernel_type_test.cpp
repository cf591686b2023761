#include <doctest/doctest.h>

#include <cstdint>
#include <string>
#include <vector>

#include <pinion/actors/kernel.hpp>

using namespace pinion;

namespace {

double norm(view<const double>, context&) noexcept { return 0; }
using norm_kernel = kernel<decltype(norm)>;
using scale_kernel = kernel<void(view<double>, double)>;
using label_kernel = kernel<const char*(const std::string&, bool)>;
using any_kernel = kernel<std::int64_t(any_view, int)>;

// What compiles is what could fit.
static_assert(norm_kernel::takes<array<double>> && norm_kernel::takes<view<const double>>);
static_assert(norm_kernel::takes<view<double>> && norm_kernel::takes<any_array>);
static_assert(!norm_kernel::takes<array<float>> && !norm_kernel::takes<double> && !norm_kernel::takes<>);
static_assert(!norm_kernel::takes<array<double>, int>);
static_assert(scale_kernel::takes<array<double>, int> && scale_kernel::takes<view<double>, float>);
static_assert(!scale_kernel::takes<view<const double>, double>, "what may only be read is not written");
static_assert(!scale_kernel::takes<array<double>, std::string>);
static_assert(!scale_kernel::takes<array<double>, bool>);
static_assert(label_kernel::takes<const char*, bool> && label_kernel::takes<std::string_view, bool>);
static_assert(!label_kernel::takes<std::string, int>);
static_assert(any_kernel::takes<array<float>, std::uint8_t> && !any_kernel::takes<array<float>, double>);
static_assert(std::is_same_v<norm_kernel::result, double> && std::is_same_v<scale_kernel::result, void>);
static_assert(std::is_same_v<label_kernel::result, std::string>);
static_assert(std::is_same_v<kernel<view<double>(view<double>)>::result, array_ref>);
static_assert(std::is_same_v<kernel<array<float>(int)>::result, array<float>>);

} // namespace

TEST_CASE("a typed kernel knows its name, and which arguments it takes by their types") {
  CHECK(norm_kernel("norm").name() == "norm");
}
