#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <pinion/actors/argument.hpp>

namespace pinion {

/// What a kernel tells its asker before it is done: a partial result (context::emit), or, where there is
/// none, how far it is (context::progress).
struct emission {
  std::uint64_t task = 0;
  double progress = 0.0; ///< from 0 to 1, as the kernel said last
  argument what;         ///< a number or a text; nothing: of the progress alone
};

/// The bytes of one after its length; what is large belongs into an array.
inline constexpr std::size_t largest_emission = std::size_t{1} << 20U;
inline constexpr std::size_t emission_prefix = 4;

/// With its length, u32, in front: u64 task, f64 progress, and the argument as in wire.hpp. Throws
/// task_error(bad_arguments) for one that is too large.
std::string pack_emission(const emission& what);
/// Throws task_error(malformed). `prefix` are emission_prefix bytes.
std::size_t emission_length(std::string_view prefix);
emission unpack_emission(std::string_view bytes);

} // namespace pinion
