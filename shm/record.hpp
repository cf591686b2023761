#pragma once

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include <pinion/shm/any_view.hpp>
#include <pinion/shm/record_field.hpp>
#include <pinion/shm/store.hpp>

namespace pinion {

/// A fixed row of numbers and short texts in shared memory, what Python's ShareableList is:
/// `r.get<double>(1)`, `r.set(1, 2.6)`. No lease and no guard: who uses several fields together must settle
/// that. Types and rooms never change; a text keeps its length, so zeros at its end too.
///
/// Each field is whole at any moment, whoever writes it, and whoever is killed while writing. Numbers are
/// lock-free atomics, sequentially consistent. A text is read without a lock, as it was before or after each
/// write (shared_text); who writes texts takes turns with the others by a lock of the kernel's (byte_lock),
/// which no dead process holds. So a writer that is stopped in the middle holds up those who write texts of
/// this record, and nobody else.
///
/// Travels as a reference to its block of bytes. Copies look at the same record and keep its memory alive;
/// any thread may use any copy. A child that is forked opens its own before it writes texts.
class record {
public:
  /// From a block that make_record made, seen through a mapping for writing. What lies there is copied, then
  /// checked, and not looked at again. Throws bad_reference, read_only.
  explicit record(const any_view& block);

  std::size_t size() const noexcept;
  /// This and all below throw out_of_range for a field that is not there.
  field_type type(std::size_t field) const;
  /// Bytes: of a text, the most; 8 for a number.
  std::size_t room(std::size_t field) const;

  /// T is the field's own type: std::int64_t, double, bool or std::string. Throws wrong_type for another one,
  /// and bad_reference for a text whose length was overwritten with nonsense.
  template <class T>
  T get(std::size_t field) const {
    if constexpr (std::same_as<T, std::string>) {
      return text(field);
    } else {
      static_assert(std::same_as<T, bool> || std::same_as<T, double> || dtype_of<T> == dtype::int64,
                    "a field is had as std::int64_t, double, bool or std::string");
      const auto bits = word(field, type_of<T>);
      if constexpr (std::same_as<T, bool>)
        return bits != 0;
      else
        return std::bit_cast<T>(bits);
    }
  }
  field_value value(std::size_t field) const;

  /// Integers go into int64, floats into float64, bools into bool, texts into text. Throws wrong_type,
  /// too_long for a text beyond the room, overflow for an integer beyond int64, and system_failed.
  template <field_number T>
  void set(std::size_t field, T x) const {
    set_word(field, type_of<T>, bits_of(x));
  }
  void set(std::size_t field, std::string_view text) const;

  /// Adds to an int64 or float64 field as one step; what was there before. Integers wrap around. Throws
  /// wrong_type.
  template <field_number T>
  requires(!std::same_as<T, bool>) auto fetch_add(std::size_t field, T x) const {
    using in_field = decltype(detail::field_number(x));
    return std::bit_cast<in_field>(add_to_word(field, type_of<T>, bits_of(x)));
  }

  const any_view& block() const noexcept;
  array_ref ref() const { return block().ref(); }

private:
  struct shape;

  template <class T>
  static constexpr field_type type_of = std::same_as<T, bool>    ? field_type::boolean
                                        : std::floating_point<T> ? field_type::float64
                                                                 : field_type::int64;
  template <class T>
  static std::uint64_t bits_of(T x) {
    const auto number = detail::field_number(x);
    if constexpr (std::same_as<T, bool>)
      return number ? 1 : 0;
    else
      return std::bit_cast<std::uint64_t>(number);
  }

  std::uint64_t word(std::size_t field, field_type type) const;
  void set_word(std::size_t field, field_type type, std::uint64_t bits) const;
  std::uint64_t add_to_word(std::size_t field, field_type type, std::uint64_t bits) const;
  std::string text(std::size_t field) const;

  std::shared_ptr<shape> shape_;
};

/// A new one in a store: `make_record(arrays, {1, 2.5, true, "text", text_field{64}})`. Throws
/// no_space_error, too_long, and bad_shape for more than record_header::most_fields.
record make_record(store& in, std::span<const record_field> fields);
record make_record(store& in, std::initializer_list<record_field> fields);

} // namespace pinion
