#include <doctest/doctest.h>

#include <atomic>
#include <complex>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <pinion/actors/kernel_registry.hpp>
#include <pinion/shm/store.hpp>

#include "printers.hpp"
#include "thrown.hpp"

using namespace pinion;

namespace {

// Runs the kernel as a worker would: chosen by its arguments, on references that are opened afresh.
struct bench {
  kernel_registry kernels;
  mapper maps;
  context ctx;

  template <class... Ts>
  argument operator()(std::string_view name, const Ts&... values) {
    const std::vector<argument> list{to_argument(values)...};
    return kernels.resolve(name, std::span<const argument>(list)).invoke(list, maps, ctx);
  }
};

array<double> counting(store& memory, const extents& shape) {
  auto a = memory.zeros<double>(shape);
  double next = 0;
  for (auto& x : a)
    x = next++;
  return a;
}

} // namespace

TEST_CASE("a kernel gets its scalars and its result comes back") {
  bench run;
  run.kernels.add("mix", [](bool a, std::int8_t b, unsigned c, float d, std::complex<double> e) {
    return e + std::complex<double>((a ? 1 : 0) + b + static_cast<double>(c) + static_cast<double>(d));
  });
  CHECK(run("mix", true, 2, 3, 0.5, 4) == argument(std::complex<double>(10.5, 0)));
  run.kernels.add("big", [] { return std::uint64_t{1} << 63U; });
  CHECK(run("big") == argument(std::uint64_t{1} << 63U));
}

TEST_CASE("a kernel without a result gives nothing") {
  bench run;
  run.kernels.add("quiet", [] {});
  CHECK(run("quiet") == argument());
}

TEST_CASE("texts reach a kernel as they were sent in all three spellings") {
  bench run;
  run.kernels.add("join", [](std::string a, const std::string& b, std::string_view c) {
    return std::move(a) + b + std::string(c);
  });
  CHECK(run("join", "a", std::string("b\0", 2), "c") == argument(std::string("ab\0c", 4)));
}

TEST_CASE("a kernel reads an array where it lies") {
  bench run;
  store memory;
  const auto a = counting(memory, {2, 3});
  run.kernels.add("last", [](view<const double> x) { return x.at(1, 2); });
  run.kernels.add("rows", [](view_nd<const double, 2> x) { return x.shape(0); });
  run.kernels.add("kind", [](const any_view& x) { return std::string(name_of(x.type)); });
  CHECK(run("last", a) == argument(5.0));
  CHECK(run("rows", a.view().transpose()) == argument(std::int64_t{3}));
  CHECK(run("kind", a) == argument(std::string("float64")));
}

TEST_CASE("what a kernel writes the owner of the array sees") {
  bench run;
  store memory;
  const auto a = counting(memory, {4});
  run.kernels.add("fill", [](view<double> x, double with) {
    for (auto& each : x)
      each = with;
  });
  run("fill", a.slice(0, 1, 3), 9);
  CHECK(std::vector<double>(a.begin(), a.end()) == std::vector<double>{0, 9, 9, 3});
}

TEST_CASE("a kernel can give back a part of its argument") {
  bench run;
  store memory;
  const auto a = counting(memory, {2, 3});
  run.kernels.add("row", [](view<const double> x, std::int64_t i) { return x.row(i); });
  CHECK(run("row", a, 1) == argument(a.row(1).ref()));
}

TEST_CASE("a kernel finds the context of its task between its arguments") {
  bench run;
  std::atomic<std::uint64_t> stop{12};
  std::atomic<double> progress{0};
  run.ctx = context(12, &stop, &progress);
  run.kernels.add("ask", [](std::int64_t n, context& ctx, std::int64_t m) {
    ctx.progress(0.75);
    return ctx.stop_requested() ? n - m : n + m;
  });
  CHECK(run("ask", 5, 3) == argument(std::int64_t{2}));
  CHECK(progress == 0.75);
}

TEST_CASE("an array that is gone is told with kernel and position") {
  bench run;
  run.kernels.add("dot", [](view<const double>, view<const double>) { return 0.0; });
  store memory;
  const auto a = counting(memory, {4});
  auto gone = a.ref();
  gone.incarnation += 1;
  const auto failed = thrown_by([&] { run("dot", a, gone); });
  CHECK(failed.code == actor_errc::bad_reference);
  CHECK(failed.text.starts_with("dot: argument 2: "));
  auto outside = a.ref();
  outside.offset = std::uint64_t{1} << 62U;
  CHECK(thrown_by([&] { run("dot", outside, a); }).code == actor_errc::bad_reference);
  outside.segment = "/not/a/segment";
  CHECK(thrown_by([&] { run("dot", a, outside); }).text.starts_with("dot: argument 2: "));
}

TEST_CASE("a kernel that is called by number checks its arguments again") {
  bench run;
  run.kernels.add("dot", [](view<const double>, view_nd<const double, 1>) { return 0.0; });
  run.kernels.add("say", [](const std::string&, std::int8_t) {});
  store memory;
  const argument a = to_argument(counting(memory, {4}));
  const argument matrix = to_argument(counting(memory, {2, 2}));
  const argument other = to_argument(memory.zeros<float>({4}));
  const auto text = [&](std::string_view name, std::vector<argument> list) {
    const auto index = run.kernels.overloads(name)[0].index;
    const auto failed = thrown_by([&] { run.kernels.kernels()[index].invoke(list, run.maps, run.ctx); });
    CHECK(failed.code == actor_errc::bad_arguments);
    return failed.text;
  };
  CHECK(text("dot", {a}).starts_with("dot: takes 2 arguments, got 1"));
  CHECK(text("dot", {argument(0.5), argument(0.5)}) ==
        "dot: argument 1: expected view<const float64>, got float64 0.5");
  CHECK(text("dot", {a, other}) ==
        "dot: argument 2: expected view_nd<const float64, 1>, got array float32[4]");
  CHECK(text("dot", {a, matrix}) ==
        "dot: argument 2: expected view_nd<const float64, 1>, got array float64[2,2]");
  CHECK(text("say", {argument(0.5), argument(0.5)}) == "say: argument 1: expected string, got float64 0.5");
  CHECK(text("say", {argument(std::string("x")), argument(std::int64_t{500})}) ==
        "say: argument 2: expected int8, got int64 500");
}

TEST_CASE("what a kernel throws comes out of its call") {
  bench run;
  run.kernels.add("bad", [](double) -> double { throw std::domain_error("no"); });
  CHECK_THROWS_WITH_AS(run("bad", 1), "no", std::domain_error);
}

TEST_CASE("a view of a fixed rank refuses arrays of another rank") {
  double numbers[6] = {};
  const view<double> flat(numbers, c_order({6}));
  CHECK_THROWS_AS((view_nd<double, 2>(flat)), shm_error);
  const view_nd<double, 1> fits = flat;
  const view_nd<const double, 1> reads = fits;
  CHECK(reads.shape(0) == 6);
}
