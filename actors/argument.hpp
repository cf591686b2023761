#pragma once

#include <complex>
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>

#include <pinion/shm/any_array.hpp>
#include <pinion/shm/any_view.hpp>
#include <pinion/shm/array.hpp>
#include <pinion/shm/array_ref.hpp>
#include <pinion/shm/guarded.hpp>
#include <pinion/shm/record.hpp>
#include <pinion/shm/shared_value.hpp>
#include <pinion/shm/shared_view.hpp>
#include <pinion/shm/view.hpp>

namespace pinion {

/// One argument or result of a task, owned: nothing, a number, a text, or where an array lies. A plain value;
/// any thread. A reference keeps no array alive: whoever sends it does, until the task is over.
using argument = std::variant<std::monostate, bool, std::int64_t, std::uint64_t, double, std::complex<double>,
                              std::string, array_ref>;

/// An array reference that is looked at: the segment's name stays where it is.
struct array_look {
  std::string_view segment;
  std::uint64_t incarnation = 0;
  std::uint64_t offset = 0; ///< bytes from the segment's start to element [0, .., 0]
  dtype type = dtype::boolean;
  layout lay;
  bool writable = true; ///< false for a view<const T>: it does not fit a parameter that writes
};

/// An argument that is looked at: what to choose an overload by and to pack from, without an allocation.
/// Points into the value it was made from, which must outlive it.
using argument_view = std::variant<std::monostate, bool, std::int64_t, std::uint64_t, double,
                                   std::complex<double>, std::string_view, array_look>;

// -- look: what an argument is, without copying it -----------------------------

argument_view look(const argument& x);
array_look look(const array_ref& x);
/// Throws shm's not_shared for a view of memory that lies in no segment.
array_look look(const any_view& x);

inline argument_view look(std::monostate) { return {}; }
inline std::string_view look(std::string_view x) { return x; }
inline std::string_view look(const std::string& x) { return x; }
inline std::string_view look(const char* x) { return x; }

template <element T>
auto look(T x) {
  if constexpr (std::same_as<T, bool>)
    return x;
  else if constexpr (std::signed_integral<T>)
    return static_cast<std::int64_t>(x);
  else if constexpr (std::unsigned_integral<T>)
    return static_cast<std::uint64_t>(x);
  else if constexpr (std::floating_point<T>)
    return static_cast<double>(x);
  else
    return std::complex<double>(x);
}

/// `data` is where element [0, .., 0] lies in memory of `from`; throws shm's not_shared without one.
array_look look_at(const void* data, dtype type, const layout& lay, const origin* from, bool writable);

template <class T>
array_look look(const view<T>& x) {
  return look_at(x.data(), dtype_of<std::remove_const_t<T>>, x.lay(), x.source().get(), !std::is_const_v<T>);
}

template <class T>
array_look look(const array<T>& x) {
  return look(x.view());
}

template <class T>
array_look look(const shared_view<T>& x) {
  return look(x.plain());
}
template <class T>
array_look look(const shared_value<T>& x) {
  return look(x.plain());
}

template <class T>
array_look look(const guarded<T>& x) {
  return look(x.block());
}

inline array_look look(const record& x) { return look(x.block()); }
inline array_look look(const any_array& x) { return look(x.view()); }

/// What may stand in a task: all that look() takes.
template <class T>
concept packable = requires(const T& x) {
  { look(x) } -> std::convertible_to<argument_view>;
};

// -- owned ---------------------------------------------------------------------

argument own(const argument_view& x);

template <packable T>
argument to_argument(const T& x) {
  return own(argument_view(look(x)));
}
inline argument to_argument(argument x) { return x; }
inline argument to_argument(array_ref x) { return argument(std::move(x)); }
inline argument to_argument(std::string x) { return argument(std::move(x)); }

// -- for people ----------------------------------------------------------------

/// Type and value in a few words: "int64 7", "array float64[2,3]", "read-only array int8[9]",
/// "string \"abc\"" (cut after some 40 characters), "nothing".
std::string describe(const argument_view& x);
std::string describe(const argument& x);

} // namespace pinion
