#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <pinion/actors/argument.hpp>

namespace pinion {

/// Packs numbers, texts and arguments into one string of bytes. For one thread; owns its bytes until take().
/// All numbers are little-endian whatever the machine is, a text is its u32 length and its bytes, an argument
/// is a tag and what belongs to it:
///
///     0 nothing | 1 bool u8 | 2 int64 | 3 uint64 | 4 float64 | 5 complex128 (real, imaginary) | 6 string
///     text 7 array: segment text, u64 incarnation, u64 offset, u8 dtype, u8 rank, rank x i64 shape, rank x
///     i64 strides
///
/// A list of arguments is their u8 number and then the arguments.
class writer {
public:
  writer() = default;
  /// With room for that many bytes: who knows the size pays one allocation.
  explicit writer(std::size_t expected) { bytes_.reserve(expected); }

  void u8(std::uint8_t x) { bytes_.push_back(static_cast<char>(x)); }
  void u32(std::uint32_t x) { number(x); }
  void u64(std::uint64_t x) { number(x); }
  void i64(std::int64_t x) { number(static_cast<std::uint64_t>(x)); }
  void f64(double x);
  /// Throws task_error(bad_arguments) for 4 GiB or more.
  void text(std::string_view x);
  void put(const argument_view& x);
  void put(const argument& x) { put(look(x)); }

  std::size_t size() const noexcept { return bytes_.size(); }
  std::string take() && { return std::move(bytes_); }

private:
  template <class Unsigned>
  void number(Unsigned x);

  std::string bytes_;
};

/// Reads what a writer made. For one thread; looks into bytes that somebody else keeps alive. Trusts nothing:
/// every length is held against what is left before it is used, and whatever no writer makes is a
/// task_error(malformed) that names the byte. After a throw it stays where it was or in between; drop it.
class reader {
public:
  explicit reader(std::string_view bytes) : bytes_(bytes) {}

  std::uint8_t u8() { return static_cast<std::uint8_t>(take(1).front()); }
  std::uint32_t u32() { return number<std::uint32_t>(); }
  std::uint64_t u64() { return number<std::uint64_t>(); }
  std::int64_t i64() { return static_cast<std::int64_t>(u64()); }
  double f64();
  /// Points into the bytes.
  std::string_view text() { return take(u32()); }
  /// What `into` held before lends its memory. Of an array it checks rank and dtype; the rest is the
  /// mapper's.
  void get(argument& into);

  std::size_t left() const noexcept { return bytes_.size() - at_; }
  /// Throws malformed when bytes are left.
  void expect_end() const;
  [[noreturn]] void malformed(const std::string& what) const;

private:
  template <class Unsigned>
  Unsigned number();
  std::string_view take(std::size_t count);

  std::string_view bytes_;
  std::size_t at_ = 0;
};

/// The most arguments of one task.
inline constexpr std::size_t max_arguments = 255;

/// One allocation: the string. Throws task_error(bad_arguments) for more than max_arguments.
std::string pack_arguments(std::span<const argument_view> arguments);
std::string pack_arguments(std::span<const argument> arguments);

template <packable... Ts>
std::string pack_values(const Ts&... values) {
  const std::array<argument_view, sizeof...(Ts)> looks{argument_view(look(values))...};
  return pack_arguments(std::span<const argument_view>(looks));
}

/// Fills `into`, whose memory is used again: a worker keeps one vector for all its tasks.
void unpack_arguments(std::string_view bytes, std::vector<argument>& into);
std::vector<argument> unpack_arguments(std::string_view bytes);

/// A result: one argument, nothing around it.
std::string pack_result(const argument& result);
argument unpack_result(std::string_view bytes);

} // namespace pinion
