#pragma once

#include <concepts>
#include <string>
#include <type_traits>

#include <pinion/shm/error.hpp>
#include <pinion/shm/view.hpp>

namespace pinion {

/// A view whose number of dimensions is part of its type: a kernel that takes one refuses arrays of another
/// rank before it runs, and overloads may differ in rank. Everything else, threads and ownership too, is
/// view<T>'s.
template <class T, std::size_t Rank>
class view_nd : public view<T> {
public:
  /// From a view, an array, or anything that converts to view<T>. Throws shm_errc::bad_shape for another
  /// rank.
  template <class From>
  requires std::convertible_to<const From&, view<T>> view_nd(const From& from) : view<T>(from) {
    if (this->rank() != Rank)
      raise(shm_errc::bad_shape, "a view of rank " + std::to_string(Rank) + " was wanted, got rank " +
                                     std::to_string(this->rank()));
  }
};

} // namespace pinion
