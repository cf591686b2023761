#include <doctest/doctest.h>

#include <cstdint>
#include <string>
#include <vector>

#include <pinion/actors/kernel_registry.hpp>

#include "printers.hpp"
#include "thrown.hpp"

using namespace pinion;

namespace {

double dot(view<const double>, view<const double>) { return 0; }
template <class T>
double sum(view<const T>) {
  return 0;
}

argument array_of(dtype type, const extents& shape) { return array_ref{"/x", 1, 4096, type, c_order(shape)}; }

const registered_kernel& find(const kernel_registry& k, std::string_view name,
                              const std::vector<argument>& list) {
  return k.resolve(name, std::span<const argument>(list));
}

std::string found(const kernel_registry& k, std::string_view name, const std::vector<argument>& list) {
  return find(k, name, list).to_string();
}

failure refused(const kernel_registry& k, std::string_view name, const std::vector<argument>& list) {
  return thrown_by([&] { find(k, name, list); });
}

} // namespace

TEST_CASE("an unknown kernel is refused with the name that was meant") {
  kernel_registry k;
  CHECK(refused(k, "dot", {}) ==
        failure{actor_errc::unknown_kernel, "there is no kernel named \"dot\": no kernels are loaded"});
  k.add("dot", dot);
  k.add("sum", sum<double>);
  CHECK(refused(k, "dott", {}) ==
        failure{actor_errc::unknown_kernel, "there is no kernel named \"dott\"; did you mean \"dot\"?"});
  CHECK(refused(k, "convolve", {}).text == "there is no kernel named \"convolve\"; there are dot, sum");
  CHECK(refused(k, "", {}).code == actor_errc::unknown_kernel);
}

TEST_CASE("a wrong number of arguments is refused with both numbers") {
  kernel_registry k;
  k.add("dot", dot);
  k.add("now", [] { return 0.0; });
  k.add("neg", [](double x) { return -x; });
  CHECK(refused(k, "dot", {argument(1.0)}) ==
        failure{actor_errc::bad_arguments,
                "dot: takes 2 arguments, got 1: dot(view<const float64>, view<const float64>) -> float64"});
  CHECK(refused(k, "now", {argument(1.0)}).text == "now: takes no arguments, got 1: now() -> float64");
  CHECK(refused(k, "neg", {}).text == "neg: takes 1 argument, got 0: neg(float64) -> float64");
}

TEST_CASE("an argument of a wrong type is refused with kernel, position, expected and got") {
  kernel_registry k;
  k.add("dot", dot);
  k.add("trace", [](view_nd<const double, 2>) { return 0.0; });
  k.add("small", [](std::int8_t) {});
  CHECK(refused(k, "dot", {array_of(dtype::float64, {3}), array_of(dtype::int32, {3})}) ==
        failure{actor_errc::bad_arguments,
                "dot: argument 2: expected view<const float64>, got array int32[3]"});
  CHECK(refused(k, "dot", {argument(0.5), array_of(dtype::int32, {3})}).text ==
        "dot: argument 1: expected view<const float64>, got float64 0.5");
  CHECK(refused(k, "trace", {array_of(dtype::float64, {3})}).text ==
        "trace: argument 1: expected view_nd<const float64, 2>, got array float64[3]");
  CHECK(refused(k, "small", {argument(std::int64_t{300})}).text ==
        "small: argument 1: expected int8, got int64 300");
}

TEST_CASE("an array that may only be read is refused where a kernel writes") {
  kernel_registry k;
  k.add("scale", [](view<double>, double) {});
  const std::vector<argument_view> looks{array_look{"/x", 1, 4096, dtype::float64, c_order({3}), false}, 0.5};
  CHECK(thrown_by([&] { k.resolve("scale", std::span<const argument_view>(looks)); }).text ==
        "scale: argument 1: expected view<float64>, got read-only array float64[3]");
}

TEST_CASE("overloads are chosen by what arrives") {
  kernel_registry k;
  k.add("sum", sum<float>);
  k.add("sum", sum<double>);
  k.add("sum", sum<std::int32_t>);
  CHECK(found(k, "sum", {array_of(dtype::float64, {2})}) == "sum(view<const float64>) -> float64");
  CHECK(found(k, "sum", {array_of(dtype::int32, {2, 2})}) == "sum(view<const int32>) -> float64");
}

TEST_CASE("overloads that all refuse are listed") {
  kernel_registry k;
  k.add("sum", sum<float>);
  k.add("sum", sum<double>);
  CHECK(refused(k, "sum", {argument(std::string("x"))}).text ==
        "sum: argument 1: expected view<const float32> or view<const float64>, got string \"x\"; the "
        "overloads are "
        "sum(view<const float32>) -> float64; sum(view<const float64>) -> float64");
  CHECK(refused(k, "sum", {}).text ==
        "sum: none of its overloads takes 0 arguments: "
        "sum(view<const float32>) -> float64; sum(view<const float64>) -> float64");
}

TEST_CASE("of many overloads some are listed and the others counted") {
  kernel_registry k;
  k.add("f", [](view<const double>) {});
  k.add("f", [](view<const float>) {});
  k.add("f", [](view<const std::int64_t>) {});
  k.add("f", [](view<const std::int32_t>) {});
  k.add("f", [](view<const std::int16_t>) {});
  k.add("f", [](view<const std::int8_t>) {});
  CHECK(refused(k, "f", {argument(std::string("x"))}).text ==
        "f: argument 1: expected view<const float64>, view<const float32>, view<const int64>, "
        "view<const int32> or one of 2 more, got string \"x\"; the overloads are f(view<const float64>) -> "
        "nothing; f(view<const float32>) -> nothing; f(view<const int64>) -> nothing; "
        "f(view<const int32>) -> nothing; and 2 more");
}

TEST_CASE("the overload that comes furthest says what is wrong") {
  kernel_registry k;
  k.add("f", [](std::int64_t, view<const double>) {});
  k.add("f", [](const std::string&, std::int64_t) {});
  k.add("f", [](double) {});
  CHECK(refused(k, "f", {argument(std::string("a")), argument(0.5)})
            .text.starts_with("f: argument 2: expected int64, got float64 0.5; the overloads are f("));
}

TEST_CASE("an exact match wins over conversions whatever the order of adding") {
  for (const bool exact_first : {true, false}) {
    kernel_registry k;
    const auto add_exact = [&] { k.add("f", [](std::int64_t) {}); };
    if (exact_first)
      add_exact();
    k.add("f", [](double) {});
    k.add("f", [](std::int32_t) {});
    if (!exact_first)
      add_exact();
    CHECK(found(k, "f", {argument(std::int64_t{7})}) == "f(int64) -> nothing");
    CHECK(found(k, "f", {argument(0.5)}) == "f(float64) -> nothing");
  }
}

TEST_CASE("fewer conversions win over milder ones and of equals the first added") {
  kernel_registry k;
  k.add("f", [](std::int32_t, std::int32_t) {});
  k.add("f", [](std::int64_t, float) {});
  CHECK(found(k, "f", {argument(std::int64_t{1}), argument(std::int64_t{1})}) ==
        "f(int64, float32) -> nothing");
  k.add("g", [](std::int16_t) {});
  k.add("g", [](std::int32_t) {});
  CHECK(found(k, "g", {argument(std::int64_t{1})}) == "g(int16) -> nothing");
  CHECK(found(k, "g", {argument(std::int64_t{100000})}) == "g(int32) -> nothing");
}

TEST_CASE("an overload for one rank wins over one for all ranks, and both over one for all types") {
  kernel_registry k;
  k.add("f", [](const any_view&) {});
  k.add("f", [](view<const double>) {});
  k.add("f", [](view_nd<const double, 2>) {});
  CHECK(found(k, "f", {array_of(dtype::float64, {2, 2})}) == "f(view_nd<const float64, 2>) -> nothing");
  CHECK(found(k, "f", {array_of(dtype::float64, {2})}) == "f(view<const float64>) -> nothing");
  CHECK(found(k, "f", {array_of(dtype::int8, {2})}) == "f(any_view) -> nothing");
}

TEST_CASE("kernels are numbered by name and then by the order of adding") {
  kernel_registry k;
  k.add("sum", sum<float>);
  k.add("dot", dot);
  k.add("sum", sum<double>);
  k.add("axpy", [] {});
  std::vector<std::string> names;
  std::size_t all = 0;
  for (const auto& each : k.kernels()) {
    CHECK(each.index == all++);
    if (!each.each) // what runs another for many items
      names.push_back(each.to_string());
  }
  CHECK(names == std::vector<std::string>{
                     "axpy() -> nothing", "dot(view<const float64>, view<const float64>) -> float64",
                     "sum(view<const float32>) -> float64", "sum(view<const float64>) -> float64"});
  CHECK(k.overloads("sum").size() == 2);
  CHECK(k.overloads("su").empty());
}

TEST_CASE("registries with the same kernels have the same fingerprint and others do not") {
  const auto one = [](std::string_view name) {
    kernel_registry k;
    k.add(std::string(name), sum<float>, "a doc");
    return k;
  };
  auto a = one("sum");
  auto b = one("sum");
  CHECK(a.fingerprint() == b.fingerprint());
  CHECK(a.fingerprint() != one("sum2").fingerprint());
  a.add("dot", dot);
  CHECK(a.fingerprint() != b.fingerprint());
  b.add("dot", dot, "docs do not matter");
  CHECK(a.fingerprint() == b.fingerprint());
  b.add("sum", sum<double>);
  CHECK(a.fingerprint() != b.fingerprint());
}

TEST_CASE("a name that nobody could type is refused") {
  kernel_registry k;
  const auto bad = {std::string(),        std::string("a b"), std::string("a(b)"),    std::string("-a"),
                    std::string(65, 'a'), std::string("a\n"), std::string("\xc3\xa4")};
  for (const auto& name : bad)
    CHECK(thrown_by([&] { k.add(name, dot); }).code == actor_errc::bad_registration);
  k.add("lib.fft-2:real_x", dot);
  CHECK(k.overloads("lib.fft-2:real_x").size() == 1);
}

TEST_CASE("a second kernel with the same name and parameters is refused") {
  kernel_registry k;
  k.add("dot", dot);
  const auto failed =
      thrown_by([&] { k.add("dot", [](view<const double>, view<const double>) { return 1; }); });
  CHECK(failed.code == actor_errc::bad_registration);
  CHECK(failed.text.find("is there already") != std::string::npos);
  CHECK(k.overloads("dot").size() == 1);
}
