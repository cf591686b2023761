#pragma once

#include <memory>
#include <type_traits>
#include <utility>

#include <pinion/shm/view.hpp>

namespace pinion {

namespace detail {

// Throws wrong_type, or read_only.
void check_as(dtype have, dtype wanted, bool writable, bool write);

} // namespace detail

/// A view whose element type is known at run time only: what a mapper hands out, and what files and printing
/// work on. A plain value with the thread and ownership rules of view<T>.
struct any_view {
  /// Element [0, ..., 0]; to be written through only when `writable`.
  void* data = nullptr;
  dtype type = dtype::uint8;
  layout lay{{0}, {1}};
  std::shared_ptr<const origin> source;
  bool writable = false;

  any_view() = default;
  any_view(void* where, dtype of, const layout& how, std::shared_ptr<const origin> from, bool may_write)
      : data(where), type(of), lay(how), source(std::move(from)), writable(may_write) {}

  template <class T>
  any_view(const view<T>& v)
      : any_view(const_cast<std::remove_const_t<T>*>(v.data()), v.type(), v.lay(), v.source(),
                 !std::is_const_v<T>) {}

  const extents& shape() const noexcept { return lay.shape; }
  std::size_t rank() const noexcept { return lay.rank(); }
  std::int64_t size() const { return element_count(lay.shape); }

  /// Throws wrong_type for another element type, and read_only for as<T>() with T not const where only
  /// reading is allowed.
  template <class T>
  view<T> as() const {
    detail::check_as(type, dtype_of<std::remove_const_t<T>>, writable, !std::is_const_v<T>);
    return {static_cast<T*>(data), lay, source};
  }

  /// Throws not_shared for memory without an origin.
  array_ref ref() const { return detail::make_ref(source.get(), data, type, lay); }
};

} // namespace pinion
