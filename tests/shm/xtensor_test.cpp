#include <doctest/doctest.h>

#include <numeric>
#include <type_traits>
#include <vector>

#include <pinion/shm/store.hpp>
#include <pinion/shm/xtensor.hpp>
#include <xtensor/xmath.hpp>
#include <xtensor/xnoalias.hpp>

#include "support/throws.hpp"

using namespace pinion;

namespace {

array<double> counted(store& in, const extents& shape) {
  auto result = in.zeros<double>(shape);
  std::iota(result.begin(), result.end(), 1.0);
  return result;
}

template <class Expression, class T>
bool same(const Expression& x, const view<T>& v) {
  return x.dimension() == v.rank() && std::equal(x.shape().begin(), x.shape().end(), v.shape().begin()) &&
         std::equal(x.template begin<xt::layout_type::row_major>(),
                    x.template end<xt::layout_type::row_major>(), v.begin(), v.end());
}

} // namespace

static_assert(std::is_assignable_v<decltype(xtensor_of(view<double>())(0)), double>);
static_assert(!std::is_assignable_v<decltype(xtensor_of(view<const double>())(0)), double>);

TEST_CASE("views are xtensor's expressions, whatever their shape and strides") {
  store arrays;
  const auto cube = counted(arrays, {3, 4, 5});
  const auto m = counted(arrays, {6, 8});
  const view<double> looks[] = {cube.view(),
                                cube.transpose(),
                                cube.view().transpose({2, 0, 1}),
                                m.slice(0, 1, 6, 2).slice(1, 0, 8, 3),
                                m.transpose().row(3),
                                m.view().row(0).row(5),
                                m.slice(0, 2, 2),
                                m.slice(0, 5, -1, -2).slice(1, 6, 0, -1),
                                m.slice(1, 7, -1, -1).transpose(),
                                m.slice(0, 0, 0).slice(1, 3, -1, -1),
                                m.slice(1, 2, 3),
                                cube.view().reshape({2, 1, 30})};
  for (const auto& v : looks) {
    CHECK(same(xtensor_of(v), v));
    CHECK(same(xtensor_of(view<const double>(v)), v));
  }
  const auto wide = m.slice(0, 2, 3).broadcast({4, 8});
  CHECK(same(xtensor_of(wide), wide));
}

TEST_CASE("what is written through xtensor is in the array, and axes of extent 1 are repeated") {
  store arrays;
  const auto m = counted(arrays, {3, 4});
  auto turned = xtensor_of(m.transpose());
  turned(3, 0) = 100;
  CHECK(m(0, 3) == 100);
  xtensor_of(m.slice(1, 1, 2)) *= 10;
  CHECK(m(2, 1) == 100);
  CHECK(m(2, 2) == 11);
  // Both with gaps, and alike.
  const auto from = counted(arrays, {3, 4});
  const auto into = counted(arrays, {3, 4});
  auto gaps = xtensor_of(into.slice(1, 0, 4, 2));
  xt::noalias(gaps) = 2 * xtensor_of(view<const double>(from.slice(1, 0, 4, 2)));
  gaps += xtensor_of(from.slice(1, 0, 4, 2));
  for (std::int64_t i = 0; i < 3; ++i)
    for (std::int64_t j = 0; j < 4; ++j)
      CHECK(into(i, j) == from(i, j) * (j % 2 == 0 ? 3 : 1));
  // A column and a row, each a slice with a stride of its own.
  const xt::xarray<double> table = xtensor_of(m.slice(1, 0, 1)) + xtensor_of(m.slice(0, 1, 2));
  REQUIRE(table.shape() == std::vector<std::size_t>{3, 4});
  for (std::int64_t i = 0; i < 3; ++i)
    for (std::int64_t j = 0; j < 4; ++j)
      CHECK(table(i, j) == m(i, 0) + m(1, j));
  CHECK(xt::sum(xtensor_of(m.slice(0, 0, 3, 2)))() == 1 + 20 + 3 + 100 + 9 + 100 + 11 + 12);
}

TEST_CASE("elements one after the other are xtensor's adaptors of that order, others are refused") {
  store arrays;
  const auto cube = counted(arrays, {3, 4, 5});
  CHECK(same(xtensor_dense(cube.view()), cube.view()));
  CHECK(same(xtensor_dense<order::fortran>(cube.transpose()), cube.transpose()));
  CHECK(same(xtensor_dense(view<const double>(cube.row(1))), cube.row(1)));
  auto row = xtensor_dense(cube.row(2));
  row *= 2;
  xt::noalias(row) = row + 1;
  CHECK(cube(2, 0, 0) == 2 * 41 + 1);
  CHECK(cube(2, 3, 4) == 2 * 60 + 1);
  CHECK(cube(1, 3, 4) == 40);
  CHECK(test::reason_of([&] { xtensor_dense(cube.transpose()); }) == shm_errc::not_contiguous);
  CHECK(test::reason_of([&] { xtensor_dense<order::fortran>(cube.view()); }) == shm_errc::not_contiguous);
}
