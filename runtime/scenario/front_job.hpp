#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <vector>

#include <pinion/actors/context.hpp>
#include <pinion/actors/task.hpp>
#include <pinion/runtime/scenario/answer.hpp>
#include <pinion/runtime/scenario/prepared_request.hpp>
#include <pinion/runtime/scenario/tally.hpp>
#include <pinion/runtime/scenario/way.hpp>

namespace pinion {
class node;
}

namespace pinion::scenario {

/// What the front is to do, and where it notes what became of it. Shared by the front's actor, its threads
/// and the player; constant but for the members that say who writes them.
struct front_job {
  front_job(node& where, tally& notes) : host(where), count(notes) {}

  node& host;
  tally& count;
  scenario::way way = way::awaited;
  std::size_t concurrent = 1;
  task_options options;
  prepared_request request;
  prepared_request crash; ///< asked for by one of the requests, where crash_at says which
  std::optional<std::size_t> crash_at;
  std::vector<answer> answers; ///< one for each request: written by who computed it, then read by the actor

  /// Set once, by the player, when nothing of this is wanted any more; kernels in this process see it too.
  std::atomic<std::uint64_t> stop{0};
  bool is_stopped() const noexcept { return stop.load(std::memory_order_relaxed) != 0; }

  const prepared_request& request_of(std::size_t number) const {
    return crash_at == number ? crash : request;
  }
};

} // namespace pinion::scenario
