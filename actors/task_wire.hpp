#pragma once

/// The bytes inside run_batch and done_batch. Fixed little-endian numbers and counted strings, each length
/// checked before it is believed. Many small tasks ride in one message.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <pinion/actors/task.hpp>
#include <pinion/shm/arena.hpp>

namespace pinion {

/// Numbers and texts of one task's arguments, or its result. A link carries messages of up to 256 MiB, and
/// other tasks wait behind them; what is large belongs into an array.
inline constexpr std::size_t largest_message = std::size_t{64} << 20U;

/// A task as its worker sees it; the views point into the batch they were read from.
struct run_item {
  std::uint64_t id = 0;
  std::uint32_t kernel = 0;
  std::int64_t deadline_ns = 0; ///< steady clock; INT64_MAX = none
  bool partial = false;         ///< its asker wants partial results
  std::string_view arguments;
};

/// What a worker answers for one task.
struct done_item {
  std::uint64_t id = 0;
  std::uint32_t code = 0; ///< an actor_errc, 0 = the payload is a packed result, else a packed failure
  std::int64_t started_ns = 0;
  std::int64_t finished_ns = 0;
  std::int64_t cpu_ns = 0;
  std::string payload;
  /// Of the worker's arena: the block that the result lies in, and that passes to the node with it.
  std::optional<arena_block> block;
};

/// Who speaks in a done_batch, and what he did.
struct done_items {
  std::uint32_t slot = 0;
  std::uint64_t incarnation = 0;
  std::vector<done_item> items;
  /// Partial results that its process has written so far: those of these tasks are among them.
  std::uint64_t emitted = 0;
};

std::string pack_run(std::span<const task_ptr> tasks);
/// Throws task_error for bytes that no pack_run made.
std::vector<run_item> unpack_run(std::string_view bytes);

std::string pack_done(std::uint32_t slot, std::uint64_t incarnation, std::uint64_t emitted,
                      std::span<const done_item> items);
/// Throws task_error for bytes that no pack_done made.
done_items unpack_done(std::string_view bytes);

/// A failure's text, type and causes; its code travels beside them.
std::string pack_failure(const failure& what);
/// Throws task_error for bytes that no pack_failure made.
failure unpack_failure(actor_errc code, std::string_view bytes);

/// What the asker is told of an item; stamps are the dispatcher's to fill.
outcome outcome_of(const done_item& item, int worker);

} // namespace pinion
