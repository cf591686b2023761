#pragma once

/// Views as xtensor's expressions, without a copy. Only for programs that have xtensor (libxtensor-dev);
/// included by nothing else.

#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include <xtensor/xadapt.hpp>
#include <xtensor/xstrided_view.hpp>

#include <pinion/shm/error.hpp>
#include <pinion/shm/shape.hpp>
#include <pinion/shm/view.hpp>

namespace pinion {

/// The elements of a view with its shape and strides, any of them, as an xt::strided_view; read-only for a
/// view<const T>. It keeps nothing alive: the view must outlive it. What is assigned to it goes into the
/// elements. (An adaptor with strides would not do: xtensor's containers take their memory for one row when
/// something is assigned to them.)
template <class T>
auto xtensor_of(const view<T>& v) {
  std::vector<std::size_t> shape(v.shape().begin(), v.shape().end());
  std::vector<std::ptrdiff_t> strides(v.strides().begin(), v.strides().end());
  for (std::size_t axis = 0; axis < shape.size(); ++axis)
    // By a stride of 0 xtensor knows the axes that it may repeat.
    if (shape[axis] == 1)
      strides[axis] = 0;
  // All that the view reaches, counted from its lowest element.
  const auto reach = byte_span_of(v.lay(), 1);
  const std::array<std::size_t, 1> size{static_cast<std::size_t>(reach.high - reach.low)};
  return xt::strided_view(xt::adapt(v.data() + reach.low, size[0], xt::no_ownership(), size),
                          std::move(shape), std::move(strides), static_cast<std::size_t>(-reach.low),
                          xt::layout_type::dynamic);
}

/// The same by xt::adapt for elements that lie one after the other in that order, known to the compiler:
/// xtensor computes with vector instructions then. Throws not_contiguous where they do not lie so. Only
/// expressions of the same shape may be assigned to it.
template <order Lie = order::c, class T>
auto xtensor_dense(const view<T>& v) {
  if (!(Lie == order::c ? contiguous(v.lay()) : f_contiguous(v.lay())))
    raise(shm_errc::not_contiguous, std::string("the elements do not lie one after the other in ") +
                                        (Lie == order::c ? "row-major" : "column-major") +
                                        " order; use xtensor_of, which takes any strides");
  constexpr auto lie = Lie == order::c ? xt::layout_type::row_major : xt::layout_type::column_major;
  return xt::adapt<lie>(v.data(), static_cast<std::size_t>(v.size()), xt::no_ownership(),
                        std::vector<std::size_t>(v.shape().begin(), v.shape().end()));
}

} // namespace pinion
