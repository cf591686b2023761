#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

namespace pinion {

/// What a field of a record holds. The values lie in shared memory: never renumber them. 0 is no type.
enum class field_type : std::uint8_t { int64 = 1, float64, boolean, text };

bool valid(field_type type) noexcept;
/// "int64", "float64", "bool", "text"; "invalid" for what is no type.
std::string_view name_of(field_type type) noexcept;

/// The first bytes of a record; version 1:
///
///     0       8         12       16     24            24 + 8 n
///     +-------+---------+--------+------+-------------+--------+--------+-----
///     | magic | version | fields | size | n entries   | cell 0 | cell 1 | ...
///     +-------+---------+--------+------+-------------+--------+--------+-----
///
/// One after the other: where a cell lies follows from the entries before it. A number's cell is one word of
/// 8 bytes (a bool: 0 or not), a text's is a shared_text. Header and entries are written once, before anybody
/// else knows of the record.
struct record_header {
  static constexpr std::uint64_t magic_value = 0x31'63'65'72'6e'6f'69'70; // "pionrec1"
  static constexpr std::uint32_t version_value = 1;
  static constexpr std::uint32_t most_fields = 65536;

  std::uint64_t magic = magic_value;
  std::uint32_t version = version_value;
  std::uint32_t fields = 0;
  /// Bytes of the whole record, header included.
  std::uint64_t size = 0;
};

struct record_entry {
  std::uint8_t type = 0;
  std::uint8_t reserved[3] = {};
  /// Bytes: a text's most, a multiple of 8; 8 for a number.
  std::uint32_t room = 0;
};

static_assert(std::is_trivially_copyable_v<record_header> && sizeof(record_header) == 24 &&
              offsetof(record_header, fields) == 12 && offsetof(record_header, size) == 16);
static_assert(std::is_trivially_copyable_v<record_entry> && sizeof(record_entry) == 8 &&
              offsetof(record_entry, room) == 4);

} // namespace pinion
