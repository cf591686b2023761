#pragma once

/// What a client and a node say to each other over the node's socket: frames, a u32 length and that many
/// bytes in the notation of wire.hpp. A request carries a number, and its answer the same one.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <pinion/actors/outcome.hpp>
#include <pinion/actors/task.hpp>
#include <pinion/shm/array_list.hpp>

namespace pinion {

/// Raised with every change of what follows; a peer that says another number is refused.
inline constexpr std::uint32_t desk_version = 3;

/// No frame is larger: arrays travel as references. The other side's length is not believed beyond it.
inline constexpr std::size_t largest_frame = std::size_t{64} << 20U;

struct desk_request {
  enum class kind : std::uint8_t {
    call = 1,
    kernels,
    status,
    stop,
    memory,
    pause,
    resume,
    drain, ///< answered when the last task is done
    resize
  };
  kind what = kind::status;
  std::uint64_t number = 0;
  std::string kernel; ///< for call, as all below
  std::vector<argument> arguments;
  task_options options;
  array_query arrays;        ///< for memory
  std::uint64_t workers = 0; ///< for resize
};

struct desk_answer {
  std::uint64_t number = 0;
  /// Of a call. A refusal of any other request is a failure here.
  outcome result;
  /// JSON, for kernels, status and memory.
  std::string text;
};

/// With the length in front.
std::string pack_frame(const desk_request& what);
std::string pack_frame(const desk_answer& what);

/// Without the length. Throw task_error(bad_arguments) for anything else.
desk_request unpack_request(std::string_view bytes);
desk_answer unpack_answer(std::string_view bytes);

/// The length in front of a frame. Throws task_error(bad_arguments) when it is beyond largest_frame.
std::size_t frame_length(std::string_view four_bytes);
inline constexpr std::size_t frame_prefix = 4;

} // namespace pinion
