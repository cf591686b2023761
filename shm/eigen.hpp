#pragma once

/// Views as Eigen's vectors and matrices, without a copy. Only for programs that have Eigen 3.4 or later
/// (libeigen3-dev); included by nothing else.

#include <concepts>
#include <cstddef>
#include <string>
#include <type_traits>

#include <Eigen/Core>

#include <pinion/shm/error.hpp>
#include <pinion/shm/shape.hpp>
#include <pinion/shm/view.hpp>

namespace pinion {

namespace detail {

template <class T, class Plain>
using eigen_plain = std::conditional_t<std::is_const_v<T>, const Plain, Plain>;

template <class T, order Lie>
using eigen_matrix_of = eigen_plain<T, Eigen::Matrix<std::remove_const_t<T>, Eigen::Dynamic, Eigen::Dynamic,
                                                     Lie == order::c ? Eigen::RowMajor : Eigen::ColMajor>>;

inline void check_eigen_rank(std::size_t have, std::size_t wanted) {
  if (have != wanted)
    raise(shm_errc::bad_shape, std::string("Eigen's ") + (wanted == 1 ? "vectors" : "matrices") + " have " +
                                   std::to_string(wanted) + (wanted == 1 ? " axis" : " axes") +
                                   ", this view has " + std::to_string(have) + "; take a row, or reshape it");
}

} // namespace detail

/// Of a view<const T> these are read-only. Like any Eigen::Map they look at the view's elements and keep
/// nothing alive: the view must outlive them.
template <class T>
using eigen_vector_map =
    Eigen::Map<detail::eigen_plain<T, Eigen::Matrix<std::remove_const_t<T>, Eigen::Dynamic, 1>>,
               Eigen::Unaligned, Eigen::InnerStride<>>;
template <class T, order Lie = order::c>
using eigen_matrix_map = Eigen::Map<detail::eigen_matrix_of<T, Lie>, Eigen::Unaligned,
                                    Eigen::Stride<Eigen::Dynamic, Eigen::Dynamic>>;
template <class T, order Lie = order::c>
using eigen_dense_map = Eigen::Map<detail::eigen_matrix_of<T, Lie>, Eigen::Unaligned>;

/// A view of one axis, any stride (of a broadcast one, stride 0, for reading). Throws bad_shape for another
/// rank.
template <class T>
eigen_vector_map<T> eigen_vector(const view<T>& v) {
  detail::check_eigen_rank(v.rank(), 1);
  return {v.data(), v.size(), Eigen::InnerStride<>(v.strides()[0])};
}

/// A view of two axes, any strides, negative ones too. `Lie` is the order in which Eigen walks it: that in
/// which it lies is the quicker one. Throws bad_shape for another rank.
template <order Lie = order::c, class T>
eigen_matrix_map<T, Lie> eigen_matrix(const view<T>& v) {
  detail::check_eigen_rank(v.rank(), 2);
  constexpr std::size_t inner = Lie == order::c ? 1 : 0;
  return {v.data(), v.shape(0), v.shape(1),
          Eigen::Stride<Eigen::Dynamic, Eigen::Dynamic>(v.strides()[1 - inner], v.strides()[inner])};
}

/// The same for elements that lie one after the other in that order, known to the compiler: Eigen computes
/// with vector instructions then. Throws bad_shape, and not_contiguous where they do not lie so.
template <order Lie = order::c, class T>
eigen_dense_map<T, Lie> eigen_dense(const view<T>& v) {
  detail::check_eigen_rank(v.rank(), 2);
  if (!(Lie == order::c ? contiguous(v.lay()) : f_contiguous(v.lay())))
    raise(shm_errc::not_contiguous, std::string("the elements do not lie one after the other in ") +
                                        (Lie == order::c ? "row-major" : "column-major") +
                                        " order; use eigen_matrix, which takes any strides");
  return {v.data(), v.shape(0), v.shape(1)};
}

} // namespace pinion
