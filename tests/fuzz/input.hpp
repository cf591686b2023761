#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace pinion::fuzz {

/// Takes values off the fuzzer's bytes; zeros when none are left, so that every input means something.
class input {
public:
  input(const std::uint8_t* data, std::size_t size) : data_(data), left_(size) {}

  template <class Number>
  Number number() {
    Number x{};
    const auto count = std::min(left_, sizeof x);
    if (count > 0)
      std::memcpy(&x, data_, count);
    data_ += count;
    left_ -= count;
    return x;
  }

  std::uint8_t u8() { return number<std::uint8_t>(); }
  std::uint16_t u16() { return number<std::uint16_t>(); }
  std::uint64_t u64() { return number<std::uint64_t>(); }
  std::int64_t i64() { return number<std::int64_t>(); }

  /// Up to `most` bytes.
  std::string text(std::size_t most) {
    const auto count = std::min(left_, most);
    std::string result(reinterpret_cast<const char*>(data_), count);
    data_ += count;
    left_ -= count;
    return result;
  }

private:
  const std::uint8_t* data_;
  std::size_t left_;
};

/// The bytes as text: parsers look into them, so the sanitizer sees each step beyond their end.
inline std::string_view as_text(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

} // namespace pinion::fuzz
