#pragma once

#include <cstdint>
#include <string>

#include <pinion/shm/array_ref.hpp>

#include "input.hpp"

namespace pinion::fuzz {

/// A segment that references are made to.
struct known_segment {
  std::string name;
  std::uint64_t incarnation = 0;
  std::uint64_t size = 0;
  bool live = false;
};

/// A reference out of the fuzzer's bytes. Each part is either near to what is possible or anything at all, as
/// the bytes say, so that the fuzzer comes past the first check. The bytes, in this order:
///
///     u8 segment: 0-127 one of the known; 128-191 one of them with a letter changed (u8 where, u8 letter);
///        else a text of that length less 192
///     u8 incarnation: 0-239 the segment's; else u64
///     u8 dtype
///     u8 offset: 0-95 u16 behind the header; 96-191 u16 before the end; 192-223 u16; else u64
///     u8 rank of the shape, modulo 9; u8 rank of the strides: 0-239 the same; else modulo 9
///     each extent and stride: u8 0-199 less 100 for strides, a half of it for extents; 200-231 a power of
///     two
///        up to 2^31, 232-247 of 2^(4 x) less 1, up to 2^60; else i64
array_ref make_reference(input& from, const known_segment* known, std::size_t count);

} // namespace pinion::fuzz
