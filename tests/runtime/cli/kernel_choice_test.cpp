#include <doctest/doctest.h>

#include <string>
#include <vector>

#include <pinion/actors/kernel_registry.hpp>
#include <pinion/runtime/cli/kernel_choice.hpp>
#include <pinion/runtime/status_json.hpp>

using namespace pinion;
using pinion::cli::choose_kernel;

namespace {

nlohmann::ordered_json described(const kernel_registry& kernels) {
  return nlohmann::ordered_json::parse(kernels_json(kernels));
}

argument array_of(dtype type, const extents& shape) {
  array_ref result;
  result.type = type;
  result.lay = c_order(shape);
  return result;
}

} // namespace

TEST_CASE("a described kernel has the signature of the real one") {
  kernel_registry kernels;
  kernels.add("all", [](bool, std::int64_t, float, const std::string&, view<const double>, view<float>,
                        view_nd<const double, 2>, any_view, record) { return 1.0; });
  kernels.add("none", [] {});
  const auto list = described(kernels);
  const std::vector<argument> nine{true,
                                   std::int64_t{1},
                                   1.0,
                                   std::string("x"),
                                   array_of(dtype::float64, {2}),
                                   array_of(dtype::float32, {2}),
                                   array_of(dtype::float64, {2, 2}),
                                   array_of(dtype::int8, {1}),
                                   array_of(dtype::uint8, {64})};
  const auto all = choose_kernel(list, "all", nine);
  REQUIRE(all);
  CHECK(all->to_string("all") == kernels.overloads("all").front().to_string());
  const auto none = choose_kernel(list, "none", {});
  REQUIRE(none);
  CHECK(none->to_string("none") == kernels.overloads("none").front().to_string());
}

TEST_CASE("the overload is the one that the registry resolves to") {
  kernel_registry kernels;
  kernels.add("k", [](view<float>, double) {});
  kernels.add("k", [](view<double>, double) {});
  kernels.add("k", [](view<const double>, std::int64_t) {});
  const auto list = described(kernels);
  const std::vector<std::vector<argument>> calls{{array_of(dtype::float32, {2}), 1.0},
                                                 {array_of(dtype::float64, {2}), 1.0},
                                                 {array_of(dtype::float64, {2}), std::int64_t{1}},
                                                 {array_of(dtype::float32, {2}), std::int64_t{1}}};
  for (const auto& call : calls) {
    const auto chosen = choose_kernel(list, "k", call);
    REQUIRE(chosen);
    CHECK(chosen->to_string("k") == kernels.resolve("k", std::span<const argument>(call)).to_string());
  }
}

TEST_CASE("where none fits there is no choice") {
  kernel_registry kernels;
  kernels.add("k", [](double) {});
  const std::vector<argument> text{std::string("x")};
  CHECK_FALSE(choose_kernel(described(kernels), "k", text));
  CHECK_FALSE(choose_kernel(described(kernels), "j", text));
}
