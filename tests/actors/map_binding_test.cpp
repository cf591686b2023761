#include <pinion/actors/map_binding.hpp>

#include <doctest/doctest.h>
#include <stdexcept>
#include <string>
#include <vector>

#include <pinion/actors/column.hpp>
#include <pinion/actors/kernel_registry.hpp>

#include "support/shm_left.hpp"

#include "thrown.hpp"

using namespace pinion;

namespace {

double area(double width, std::int32_t height) { return width * height; }
double sum(view<const double> x) {
  double total = 0;
  for (const auto each : x)
    total += each;
  return total;
}
void add(view<double> x, double by, context&) {
  for (auto& each : x)
    each += by;
}
std::int64_t picky(std::int64_t x) {
  if (x == 13)
    throw std::invalid_argument("thirteen");
  return x;
}
std::string text(double) { return ""; }

const registered_kernel& only(const kernel_registry& k, std::string_view name) {
  return k.overloads(name)[0];
}

// Runs a kernel's other form as a worker does.
argument run(const kernel_registry& k, std::string_view name, const std::vector<argument>& arguments) {
  mapper maps;
  context ctx;
  return only(k, name).invoke(arguments, maps, ctx);
}

} // namespace

TEST_CASE("kernels of numbers and views that give a number or nothing have a form for many items") {
  kernel_registry k;
  k.add("area", area);
  k.add("sum", sum);
  k.add("add", add);
  k.add("text", text);
  k.add("record", [](record) { return 1.0; });
  k.add("none", [] { return 1.0; });
  CHECK(only(k, "pinion.map.area").to_string() ==
        "pinion.map.area(int64, view_nd<const float64, 1>, view_nd<const int32, 1>, view_nd<float64, 1>) -> "
        "nothing");
  CHECK(only(k, "pinion.map.sum").to_string() ==
        "pinion.map.sum(int64, view<const float64>, view_nd<float64, 1>) -> nothing");
  CHECK(only(k, "pinion.map.add").to_string() ==
        "pinion.map.add(int64, view<float64>, view_nd<const float64, 1>) -> nothing");
  CHECK(k.map_of(only(k, "sum")) == &only(k, "pinion.map.sum"));
  for (const auto* name : {"text", "record", "none"})
    CHECK(k.map_of(only(k, name)) == nullptr);
  for (const auto& each : k.kernels())
    CHECK(each.builtin() == each.each.has_value());
}

TEST_CASE("overloads have a form each, and what would be the same form is the first one's") {
  kernel_registry k;
  k.add("f", sum);
  k.add("f", [](double x) { return x; });
  k.add("f", [](view_nd<const double, 0> x) { return x(); });
  REQUIRE(k.overloads("f").size() == 3);
  CHECK(k.overloads("pinion.map.f").size() == 2);
  for (const auto& each : k.overloads("f"))
    if (const auto* many = k.map_of(each))
      CHECK(many->each->parameters == each.sig.parameters);
}

TEST_CASE("items are taken along the first axis, with any stride, and results are written in their places") {
  test::nothing_left after;
  kernel_registry k;
  k.add("area", area);
  k.add("sum", sum);
  k.add("add", add);
  store memory;
  auto width = memory.zeros<double>({6});
  auto height = memory.zeros<std::int32_t>({1});
  height(0) = 10;
  for (int i = 0; i < 6; ++i)
    width(i) = i;
  const auto out = memory.zeros<double>({3});
  const auto backwards = width.slice(0, 5, -1, -2); // 5 3 1
  auto same = height.view().ref();
  same.lay = {{3}, {0}};
  run(k, "pinion.map.area", {std::int64_t{0}, backwards.ref(), same, out.ref()});
  CHECK(std::vector<double>(out.begin(), out.end()) == std::vector<double>{50, 30, 10});

  auto table = memory.zeros<double>({3, 2});
  run(k, "pinion.map.add", {std::int64_t{0}, table.ref(), out.ref()});
  run(k, "pinion.map.sum", {std::int64_t{0}, table.ref(), out.ref()});
  CHECK(std::vector<double>(out.begin(), out.end()) == std::vector<double>{100, 60, 20});
}

TEST_CASE("an item that fails is named, by its number in the whole map") {
  test::nothing_left after;
  kernel_registry k;
  k.add("picky", picky);
  store memory;
  auto in = memory.zeros<std::int64_t>({4});
  auto out = memory.zeros<std::int64_t>({4});
  in(0) = 5;
  in(2) = 13;
  const auto why = thrown_by([&] { run(k, "pinion.map.picky", {std::int64_t{1000}, in.ref(), out.ref()}); });
  CHECK(why.code == actor_errc::kernel_failed);
  CHECK(why.text == "picky: item 1002: std::invalid_argument: thirteen");
  CHECK(out(0) == 5); // what came before is done
}

TEST_CASE("a form for many items refuses columns that do not fit each other, whoever sends them") {
  test::nothing_left after;
  kernel_registry k;
  k.add("picky", picky);
  k.add("sum", sum);
  store memory;
  const auto four = memory.zeros<std::int64_t>({4});
  const auto three = memory.zeros<std::int64_t>({3});
  const auto short_out = thrown_by([&] {
    run(k, "pinion.map.picky", {std::int64_t{0}, four.ref(), three.ref()});
  });
  CHECK(short_out.code == actor_errc::bad_arguments);
  CHECK(short_out.text.find("columns of 4 and of 3 items") != std::string::npos);
  const auto point = memory.zeros<double>({});
  const auto one = memory.zeros<double>({1});
  CHECK(thrown_by([&] {
          run(k, "pinion.map.sum", {std::int64_t{0}, point.ref(), one.ref()});
        }).text.find("has no axis") != std::string::npos);
}

TEST_CASE("a map that is asked to stop stops between two items") {
  test::nothing_left after;
  kernel_registry k;
  std::atomic<std::uint64_t> stop{0};
  k.add("stop_at", [&stop](std::int64_t x) {
    if (x == 2)
      stop = 7;
    return x;
  });
  store memory;
  const auto in = memory.zeros<std::int64_t>({5});
  for (int i = 0; i < 5; ++i)
    in(i) = i;
  const auto out = memory.zeros<std::int64_t>({5});
  mapper maps;
  context ctx(7, &stop, nullptr);
  const std::vector<argument> arguments{std::int64_t{0}, in.ref(), out.ref()};
  CHECK(thrown_by([&] { only(k, "pinion.map.stop_at").invoke(arguments, maps, ctx); }).code ==
        actor_errc::cancelled);
  CHECK(out(2) == 2);
  CHECK(out(3) == 0);
}
