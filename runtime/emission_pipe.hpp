#pragma once

#include <atomic>
#include <mutex>

#include <pinion/actors/emission_sink.hpp>
#include <pinion/shm/control_page.hpp>
#include <pinion/shm/descriptor.hpp>

namespace pinion {

/// A worker's end of what partial results go through: a socketpair(2) beside the link, since the link's loop
/// stands still while a kernel runs. Any thread.
class emission_pipe final : public emission_sink {
public:
  /// Takes the descriptor over; the page, where the node says what was taken, outlives this.
  emission_pipe(descriptor to, const control_page& page) : to_(std::move(to)), page_(page) {}
  void put(const emission& what, const context& whose) override;
  std::uint64_t count() const noexcept override { return count_.load(std::memory_order_relaxed); }

private:
  const descriptor to_;
  const control_page& page_;
  std::mutex mutex_;                    ///< one frame at a time
  std::atomic<std::uint64_t> count_{0}; ///< written under mutex_
};

} // namespace pinion
