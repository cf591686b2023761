#pragma once

#include <string>
#include <string_view>

#include <pinion/shm/any_view.hpp>
#include <pinion/shm/array_ref.hpp>
#include <pinion/shm/segment_file.hpp>

namespace pinion {

/// What a node says to whoever attaches to one of its arrays: one frame in the notation of wire.hpp, a u32
/// length and version, right, node and reference.
struct array_offer {
  array_ref what;
  access right = access::read;
  std::string node;
};

/// Raised with every change of the frame.
inline constexpr std::uint32_t attach_version = 1;

/// No frame is larger; the other side's length is not believed beyond it.
inline constexpr std::size_t largest_offer = 4096;

/// With the length in front.
std::string pack_offer(const array_offer& what);
/// Without it. Throws task_error(malformed) for anything else.
array_offer unpack_offer(std::string_view bytes);

/// True for a view that attach_any() gave, and for what was made from one.
bool is_attached(const any_view& what);

} // namespace pinion
