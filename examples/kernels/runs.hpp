#pragma once

// Walks arrays of any shape and strides in runs as long as they come, so that a kernel is one plain loop:
// axes that lie one after the other in memory become one, and the axis that moves least goes innermost. The
// order of elements is then not the row-major one, but the same for all arrays of a walk.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>

#include <pinion/shm/view.hpp>

namespace kernels {

// `step` counts elements; 1 for memory without gaps.
template <class T>
struct run {
  T* data;
  std::int64_t step;

  T& operator[](std::int64_t i) const { return data[i * step]; }
};

template <class A, class B>
void same_shape(const char* kernel_names, const pinion::view<A>& a, const pinion::view<B>& b) {
  if (!(a.shape() == b.shape()))
    throw std::invalid_argument(std::string(kernel_names) + " differ in shape: " +
                                pinion::to_string(a.shape()) + " and " + pinion::to_string(b.shape()));
}

namespace detail {

// The axes of up to N arrays of one shape, outermost first.
template <std::size_t N>
struct axes {
  std::size_t rank = 0;
  std::array<std::int64_t, pinion::max_rank> extent{};
  std::array<std::array<std::int64_t, N>, pinion::max_rank> step{};

  // `strides` is one array's each.
  axes(const pinion::extents& shape, const std::array<pinion::extents, N>& strides) {
    std::array<std::size_t, pinion::max_rank> order{};
    std::size_t used = 0;
    for (std::size_t axis = 0; axis < shape.size(); ++axis)
      if (shape[axis] != 1)
        order[used++] = axis;
    std::stable_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(used),
                     [&](auto a, auto b) { return std::abs(strides[0][a]) > std::abs(strides[0][b]); });
    for (std::size_t i = 0; i < used; ++i) {
      std::array<std::int64_t, N> steps{};
      for (std::size_t k = 0; k < N; ++k)
        steps[k] = strides[k][order[i]];
      add(shape[order[i]], steps);
    }
  }

  void add(std::int64_t count, const std::array<std::int64_t, N>& steps) {
    bool joins = rank > 0;
    for (std::size_t k = 0; joins && k < N; ++k)
      joins = step[rank - 1][k] == steps[k] * count;
    if (joins) {
      extent[rank - 1] *= count;
      step[rank - 1] = steps;
    } else {
      extent[rank] = count;
      step[rank++] = steps;
    }
  }
};

} // namespace detail

// Calls visit(count, run<T>...) for each run. REQUIRES: all views have one shape.
template <class Visit, class First, class... Rest>
void for_each_run(Visit visit, const pinion::view<First>& first, const pinion::view<Rest>&... rest) {
  constexpr std::size_t n = 1 + sizeof...(Rest);
  if (first.empty())
    return;
  const detail::axes<n> walk(first.shape(), {first.strides(), rest.strides()...});
  const std::size_t outer = walk.rank == 0 ? 0 : walk.rank - 1;
  const std::int64_t length = walk.rank == 0 ? 1 : walk.extent[outer];
  const auto inner = walk.rank == 0 ? std::array<std::int64_t, n>{} : walk.step[outer];
  std::tuple<First*, Rest*...> at{first.data(), rest.data()...};
  const auto move = [&]<std::size_t... K>(std::size_t axis, std::int64_t times, std::index_sequence<K...>) {
    ((std::get<K>(at) += walk.step[axis][K] * times), ...);
  };
  const auto here = [&]<std::size_t... K>(std::index_sequence<K...>) {
    visit(length, run{std::get<K>(at), inner[K]}...);
  };
  constexpr auto all = std::make_index_sequence<n>{};
  std::array<std::int64_t, pinion::max_rank> index{};
  for (;;) {
    here(all);
    std::size_t axis = outer;
    for (;;) {
      if (axis == 0)
        return;
      --axis;
      if (++index[axis] < walk.extent[axis]) {
        move(axis, 1, all);
        break;
      }
      index[axis] = 0;
      move(axis, 1 - walk.extent[axis], all);
    }
  }
}

} // namespace kernels
