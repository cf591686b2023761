#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include <pinion/shm/dtype.hpp>
#include <pinion/shm/record_layout.hpp>

namespace pinion {

/// What a field of a record holds, by value; the alternatives stand in the order of field_type.
using field_value = std::variant<std::int64_t, double, bool, std::string>;

/// A text that may grow up to `room` bytes.
struct text_field {
  std::size_t room = 0;
  std::string_view initial = {};
};

namespace detail {
// Throws overflow for what int64 does not hold.
std::int64_t as_int64(std::uint64_t x);

// bool, float64 and int64 as they are, other integers and floats as those; character types are no numbers.
template <element T>
requires(std::integral<T> || std::floating_point<T>) auto field_number(T x) {
  if constexpr (std::same_as<T, bool>)
    return x;
  else if constexpr (std::floating_point<T>)
    return static_cast<double>(x);
  else if constexpr (std::unsigned_integral<T> && sizeof(T) == 8)
    return as_int64(x);
  else
    return static_cast<std::int64_t>(x);
}
} // namespace detail

/// What a number becomes in a record.
template <class T>
concept field_number = requires(T x) {
  detail::field_number(x);
};

/// What a new record's field is to be: `1`, `2.5`, `true`, `"text"`, `text_field{64}`. A text without a
/// text_field has the room of its first value. A plain value.
class record_field {
public:
  template <field_number T>
  record_field(T x) : initial_(detail::field_number(x)), room_(8) {}
  record_field(const char* text) : record_field(std::string_view(text)) {}
  record_field(const std::string& text) : record_field(std::string_view(text)) {}
  record_field(std::string_view text) : record_field(text_field{text.size(), text}) {}
  /// Throws too_long for more room than shared_text::most_room, and for a first value that has none.
  record_field(const text_field& text);

  const field_value& initial() const noexcept { return initial_; }
  field_type type() const noexcept { return static_cast<field_type>(initial_.index() + 1); }
  /// Bytes, rounded up to 8.
  std::uint32_t room() const noexcept { return room_; }

private:
  field_value initial_;
  std::uint32_t room_;
};

} // namespace pinion
