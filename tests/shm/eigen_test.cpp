#include <doctest/doctest.h>

#include <complex>
#include <type_traits>

#include <pinion/shm/eigen.hpp>
#include <pinion/shm/store.hpp>

#include "support/throws.hpp"

using namespace pinion;

namespace {

template <class T>
array<T> counted(store& in, const extents& shape) {
  auto result = in.zeros<T>(shape);
  T next(0);
  for (auto& each : result)
    each = next += T(1);
  return result;
}

template <class Map, class T>
bool same(const Map& map, const view<T>& v) {
  bool all = map.rows() == v.shape(0) && map.cols() == v.shape(1);
  for (std::int64_t i = 0; all && i < v.shape(0); ++i)
    for (std::int64_t j = 0; j < v.shape(1); ++j)
      all = all && &map.coeffRef(i, j) == &v(i, j);
  return all;
}

} // namespace

// A read-only view gives a read-only map.
static_assert(std::is_assignable_v<decltype(eigen_vector(view<double>())(0)), double>);
static_assert(!std::is_assignable_v<decltype(eigen_vector(view<const double>())(0)), double>);
static_assert(!std::is_assignable_v<decltype(eigen_matrix(view<const double>())(0, 0)), double>);
static_assert(!std::is_assignable_v<decltype(eigen_dense(view<const double>())(0, 0)), double>);

TEST_CASE("views of two axes are Eigen's matrices of either order, whatever their strides") {
  store arrays;
  const auto m = counted<double>(arrays, {6, 8});
  const auto cube = counted<double>(arrays, {3, 4, 5});
  const view<double> looks[] = {m.view(),
                                m.transpose(),
                                m.slice(0, 0, 6, 2),
                                m.slice(1, 7, -1, -3),
                                m.slice(0, 5, -1, -1).transpose(),
                                cube.view().transpose({2, 0, 1}).row(1),
                                m.slice(0, 3, 3),
                                m.slice(1, 2, 3)};
  for (const auto& v : looks) {
    CHECK(same(eigen_matrix(v), v));
    CHECK(same(eigen_matrix<order::fortran>(v), v));
    CHECK(same(eigen_matrix(view<const double>(v)), v));
  }
}

TEST_CASE("what is written through Eigen is in the array, and what it computes is right") {
  store arrays;
  const auto m = counted<double>(arrays, {3, 4});
  eigen_matrix(m.transpose())(3, 0) = 100;
  CHECK(m(0, 3) == 100);
  eigen_vector(m.view().row(1)) *= 10;
  CHECK(m(1, 0) == 50);
  CHECK(m(1, 3) == 80);
  const auto x = counted<double>(arrays, {4});
  const auto y = arrays.zeros<double>({3});
  eigen_vector(y.view()) = eigen_matrix(m.view()) * eigen_vector(view<const double>(x));
  for (std::int64_t i = 0; i < 3; ++i) {
    double sum = 0;
    for (std::int64_t j = 0; j < 4; ++j)
      sum += m(i, j) * x(j);
    CHECK(y(i) == sum);
  }
  const auto z = counted<std::complex<float>>(arrays, {5});
  CHECK(eigen_vector(z.slice(0, 4, -1, -2)).sum() == std::complex<float>(9));
  CHECK(eigen_vector(x.view().slice(0, 0, 1).broadcast({7})).sum() == 7.0);
}

TEST_CASE("elements one after the other are Eigen's dense matrices, others are refused") {
  store arrays;
  const auto m = counted<float>(arrays, {3, 4});
  CHECK(same(eigen_dense(m.view()), m.view()));
  CHECK(same(eigen_dense<order::fortran>(m.transpose()), m.transpose()));
  CHECK(test::reason_of([&] { eigen_dense(m.transpose()); }) == shm_errc::not_contiguous);
  CHECK(test::reason_of([&] { eigen_dense<order::fortran>(m.view()); }) == shm_errc::not_contiguous);
  CHECK(test::reason_of([&] { eigen_dense(m.slice(1, 0, 3)); }) == shm_errc::not_contiguous);
}

TEST_CASE("views of other ranks are no vectors and no matrices of Eigen's") {
  store arrays;
  const auto cube = counted<double>(arrays, {3, 4, 5});
  const auto error = test::error_of([&] { eigen_matrix(cube.view()); });
  CHECK(error.reason() == shm_errc::bad_shape);
  CHECK(std::string(error.what()) ==
        "Eigen's matrices have 2 axes, this view has 3; take a row, or reshape it");
  CHECK(test::reason_of([&] { eigen_vector(cube.row(0)); }) == shm_errc::bad_shape);
  CHECK(test::reason_of([&] { eigen_dense(cube.row(0).row(0)); }) == shm_errc::bad_shape);
}
