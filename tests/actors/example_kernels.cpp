#include <doctest/doctest.h>

#include <complex>
#include <cstdint>
#include <limits>
#include <numeric>
#include <random>
#include <vector>

#include <pinion/actors/kernels_macro.hpp>

#include "plugin_bench.hpp"
#include "seed.hpp"

using namespace pinion;

using bench = plugin_bench;

namespace {

argument whole(std::int64_t x) { return x; }
argument unsigned_whole(std::uint64_t x) { return x; }

template <class T>
std::vector<T> elements(const array<T>& a) {
  return {a.begin(), a.end()};
}

} // namespace

TEST_CASE("the plug-in adds the kernels that are promised, each with a line about it, and takes them along") {
  const auto before = registered_kernels().size();
  {
    const bench run;
    for (const char* name : {"fib", "sum", "dot", "mean", "scale", "axpy", "matmul", "histogram", "sleep",
                             "fail", "crash", "inbox_put", "inbox_sum", "inbox_drop"}) {
      CAPTURE(name);
      REQUIRE_FALSE(run.kernels.overloads(name).empty());
      for (const auto& k : run.kernels.overloads(name))
        CHECK_FALSE(k.doc.empty());
    }
  }
  CHECK(registered_kernels().size() == before);
}

TEST_CASE("fib is Fibonacci and refuses what does not fit") {
  bench run;
  CHECK(run("fib", 0) == whole(0));
  CHECK(run("fib", 1) == whole(1));
  CHECK(run("fib", 20) == whole(6765));
  CHECK(run.failed("fib", 93).text == "fib: std::invalid_argument: n is 93, must be from 0 to 92");
  CHECK(run.failed("fib", -1).code == actor_errc::kernel_failed);
}

TEST_CASE("sum takes every element type") {
  bench run;
  CHECK(run("sum", run.counting<double>({5})) == argument(10.0));
  CHECK(run("sum", run.counting<float>({5})) == argument(10.0));
  CHECK(run("sum", run.counting<std::int8_t>({5}, -4)) == whole(-10));
  CHECK(run("sum", run.counting<std::int16_t>({5})) == whole(10));
  CHECK(run("sum", run.counting<std::int32_t>({5})) == whole(10));
  CHECK(run("sum", run.counting<std::int64_t>({5})) == whole(10));
  CHECK(run("sum", run.counting<std::uint8_t>({5})) == unsigned_whole(10));
  CHECK(run("sum", run.counting<std::uint16_t>({5})) == unsigned_whole(10));
  CHECK(run("sum", run.counting<std::uint32_t>({5})) == unsigned_whole(10));
  CHECK(run("sum", run.counting<std::uint64_t>({5})) == unsigned_whole(10));
  CHECK(run("sum", run.counting<bool>({5})) == whole(4));
  const auto z = run.memory.zeros<std::complex<float>>({3});
  for (auto& x : z)
    x = {1, -2};
  CHECK(run("sum", z) == argument(std::complex<double>(3, -6)));
  CHECK(run("sum", run.memory.zeros<std::complex<double>>({0, 3})) == argument(std::complex<double>()));
  CHECK(run("sum", run.memory.zeros<double>({})) == argument(0.0));
}

TEST_CASE("sums of small integers do not overflow on the way") {
  bench run;
  const auto check = [&]<class T>(T each) {
    // Enough to overflow what the parts are kept in, and no round number.
    for (const std::int64_t count : {1, 31, 257, 100003}) {
      const auto a = run.memory.empty<T>({count});
      std::fill(a.begin(), a.end(), each);
      const auto expected = static_cast<std::int64_t>(each) * count;
      if constexpr (std::is_signed_v<T>)
        CHECK(run("sum", a) == whole(expected));
      else
        CHECK(run("sum", a) == unsigned_whole(static_cast<std::uint64_t>(expected)));
    }
  };
  check(std::numeric_limits<std::int8_t>::min());
  check(std::numeric_limits<std::int8_t>::max());
  check(std::numeric_limits<std::uint8_t>::max());
  check(std::numeric_limits<std::int16_t>::min());
  check(std::numeric_limits<std::int16_t>::max());
  check(std::numeric_limits<std::uint16_t>::max());
  check(std::numeric_limits<std::int32_t>::min());
  check(std::numeric_limits<std::uint32_t>::max());
  const auto yes = run.memory.empty<bool>({100003});
  std::fill(yes.begin(), yes.end(), true);
  CHECK(run("sum", yes) == whole(100003));
}

TEST_CASE("a sum of int64 wraps around") {
  bench run;
  const auto a = run.memory.zeros<std::int64_t>({2});
  a(0) = a(1) = std::numeric_limits<std::int64_t>::max();
  CHECK(run("sum", a) == whole(-2));
}

TEST_CASE("bytes of a bool array that are neither 0 nor 1 count as true") {
  bench run;
  const auto a = run.memory.zeros<bool>({20});
  reinterpret_cast<unsigned char*>(a.data())[3] = 2;
  reinterpret_cast<unsigned char*>(a.data())[19] = 255;
  CHECK(run("sum", a) == whole(2));
  CHECK(run("sum", a.slice(0, 1, 20, 2)) == whole(2));
}

TEST_CASE("sum, dot, scale and axpy agree with a plain loop on views of any shape and strides") {
  const auto seed = test_seed();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  const auto pick = [&](std::int64_t from, std::int64_t to) {
    return std::uniform_int_distribution<std::int64_t>(from, to)(random);
  };
  bench run;
  for (int round = 0; round < 200; ++round) {
    extents shape;
    const auto rank = pick(0, 4);
    for (std::int64_t axis = 0; axis < rank; ++axis)
      shape.push_back(pick(0, 12));
    auto a = run.counting<double>(shape).view();
    auto b = run.counting<double>(shape, 7).view();
    for (std::size_t axis = 0; axis < shape.size(); ++axis) {
      const auto step = pick(1, 3);
      const auto start = pick(0, shape[axis]);
      a = a.slice(axis, start, shape[axis], step);
      b = b.slice(axis, start, shape[axis], step);
    }
    if (pick(0, 1) == 1) {
      a = a.transpose();
      b = b.transpose();
    }
    if (a.rank() == 2 && a.shape(0) == a.shape(1) && pick(0, 1) == 1)
      b = b.transpose(); // the two then differ in strides
    // Small whole numbers: float64 adds them exactly in any order.
    const std::vector<double> x(a.begin(), a.end());
    const std::vector<double> y(b.begin(), b.end());
    CHECK(run("sum", a) == argument(std::accumulate(x.begin(), x.end(), 0.0)));
    CHECK(run("dot", a, b) == argument(std::inner_product(x.begin(), x.end(), y.begin(), 0.0)));
    run("axpy", 2, a, b);
    run("scale", a, 3);
    std::vector<double> scaled;
    std::vector<double> added;
    for (std::size_t i = 0; i < x.size(); ++i) {
      scaled.push_back(3 * x[i]);
      added.push_back(y[i] + 2 * x[i]);
    }
    CHECK(std::vector<double>(a.begin(), a.end()) == scaled);
    CHECK(std::vector<double>(b.begin(), b.end()) == added);
  }
}

TEST_CASE("a repeated element counts as often as it is repeated") {
  bench run;
  const auto a = run.counting<double>({1}, 3);
  const view<const double> repeated(a.data(), layout{{4, 5}, {0, 0}}, a.view().source());
  CHECK(run("sum", repeated) == argument(60.0));
  const auto row = run.counting<double>({3});
  const view<const double> backwards(row.data() + 2, layout{{3}, {-1}}, row.view().source());
  CHECK(run("sum", backwards) == argument(3.0));
  CHECK(run("dot", backwards, row) == argument(1.0));
}

TEST_CASE("mean divides by the number of elements and refuses an array without any") {
  bench run;
  CHECK(run("mean", run.counting<double>({2, 2})) == argument(1.5));
  CHECK(run("mean", run.counting<std::uint8_t>({4})) == argument(1.5));
  CHECK(run("mean", run.counting<bool>({4})) == argument(0.75));
  const auto big = run.memory.empty<std::int64_t>({4});
  std::fill(big.begin(), big.end(), std::numeric_limits<std::int64_t>::max());
  CHECK(run("mean", big) == argument(9223372036854775807.0));
  CHECK(run.failed("mean", run.memory.zeros<double>({0})).text ==
        "mean: std::invalid_argument: an array without elements has no mean");
}

TEST_CASE("dot takes its types and refuses shapes that differ") {
  bench run;
  CHECK(run("dot", run.counting<float>({3}), run.counting<float>({3})) == argument(5.0));
  CHECK(run("dot", run.counting<std::int64_t>({3}), run.counting<std::int64_t>({3})) == whole(5));
  const auto z = run.memory.zeros<std::complex<double>>({1});
  z(0) = {0, 1};
  CHECK(run("dot", z, z) == argument(std::complex<double>(-1, 0)));
  CHECK(run.failed("dot", run.counting<double>({2, 3}), run.counting<double>({3})).text ==
        "dot: std::invalid_argument: the arrays of dot differ in shape: 2x3 and 3");
}

TEST_CASE("scale keeps the type of the array") {
  bench run;
  const auto f = run.counting<float>({3});
  run("scale", f, 0.5);
  CHECK(elements(f) == std::vector<float>{0, 0.5F, 1});
  const auto n = run.counting<std::int64_t>({3});
  run("scale", n, -2);
  CHECK(elements(n) == std::vector<std::int64_t>{0, -2, -4});
  CHECK(run.failed("scale", n, 0.5).code == actor_errc::bad_arguments);
  const auto z = run.memory.zeros<std::complex<float>>({1});
  z(0) = {1, 2};
  run("scale", z, 2);
  CHECK(z(0) == std::complex<float>(2, 4));
}

TEST_CASE("matmul agrees with three plain loops in every layout") {
  bench run;
  const std::int64_t n = 5;
  const std::int64_t k = 70; // more than a block
  const std::int64_t m = 300;
  const auto a = run.counting<double>({n, k});
  const auto b = run.counting<double>({m, k}).transpose();
  const auto out = run.memory.zeros<double>({m, n}).transpose();
  run("matmul", a, b, out);
  bool same = true;
  for (std::int64_t i = 0; i < n; ++i)
    for (std::int64_t j = 0; j < m; ++j) {
      double sum = 0;
      for (std::int64_t x = 0; x < k; ++x)
        sum += a(i, x) * b(x, j);
      same = same && sum == out(i, j);
    }
  CHECK(same);
  CHECK(run.failed("matmul", a, a, out).text ==
        "matmul: std::invalid_argument: shapes do not fit: 5x70 times 5x70 into "
        "5x300; wanted n x k, k x m and n x m");
  CHECK(run.failed("matmul", a, a.row(0), out).text ==
        "matmul: argument 2: expected view_nd<const float64, 2>, got array float64[70]");
  const auto nothing = run.memory.zeros<double>({0, 3});
  run("matmul", run.memory.zeros<double>({0, 4}), run.memory.zeros<double>({4, 3}), nothing);
}

TEST_CASE("histogram counts what lies inside and puts the upper edge into the last bin") {
  bench run;
  const auto values = run.memory.zeros<double>({7});
  const double numbers[] = {-0.1, 0, 0.5, 1.9, 2, 2.1, std::numeric_limits<double>::quiet_NaN()};
  std::copy(std::begin(numbers), std::end(numbers), values.begin());
  const auto bins = run.memory.zeros<std::int64_t>({4});
  CHECK(run("histogram", values, 0, 2, bins) == whole(4));
  CHECK(elements(bins) == std::vector<std::int64_t>{1, 1, 0, 2});
  CHECK(run("histogram", values, 0, 2, bins) == whole(4));
  CHECK(elements(bins) == std::vector<std::int64_t>{2, 2, 0, 4});
  CHECK(run.failed("histogram", values, 2, 2, bins).code == actor_errc::kernel_failed);
  CHECK(run.failed("histogram", values, 0, std::numeric_limits<double>::infinity(), bins).code ==
        actor_errc::kernel_failed);
  CHECK(run.failed("histogram", values, 0, 2, run.memory.zeros<std::int64_t>({0})).code ==
        actor_errc::kernel_failed);
}
