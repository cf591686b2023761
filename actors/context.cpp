#include <pinion/actors/context.hpp>

#include <pinion/actors/clock.hpp>
#include <pinion/actors/emission_sink.hpp>
#include <pinion/actors/error.hpp>
#include <pinion/shm/error.hpp>
#include <pinion/shm/private_array.hpp>

#include <algorithm>
#include <cmath>
#include <exception>
#include <utility>

namespace pinion {

namespace {

constexpr std::int64_t between_tellings_ns = 10'000'000;

} // namespace

void context::progress(double fraction) noexcept {
  if (!progress_ || std::isnan(fraction))
    return;
  progress_->store(std::clamp(fraction, 0.0, 1.0), std::memory_order_relaxed);
  if (emissions_ == nullptr)
    return;
  const auto now = to_ns(steady_clock::now());
  const std::atomic_ref<std::int64_t> told(told_ns_); // a kernel's threads may all call this
  if (now - told.load(std::memory_order_relaxed) < between_tellings_ns && fraction < 1.0)
    return;
  told.store(now, std::memory_order_relaxed);
  try {
    emit_packed({});
  } catch (const std::exception&) {
    // The page has it.
  }
}

void context::emit_packed(argument what) {
  const auto far = progress_ ? progress_->load(std::memory_order_relaxed) : 0.0;
  emissions_->put({task_, far, std::move(what)}, *this);
}

any_array context::make(dtype type, const extents& shape, fill with, order lie) {
  if (results_ != nullptr)
    return results_->make(type, shape, with, lie);
  // In a worker somebody listens; there the result could not be sent.
  if (stop_ != nullptr)
    throw no_space_error("this worker has no memory for results: its node could not make any when the worker "
                         "started, and has logged why (often ulimit -v, or a store_limit that is too small)",
                         byte_count(shape, type), 0, 0);
  return make_private(type, shape, lie);
}

void context::hand_over(const array_ref& result) {
  if (results_ != nullptr)
    handed_over_ = results_->hand_over(result);
}

void context::stopped() const {
  throw task_error(actor_errc::cancelled,
                   "task " + std::to_string(task_) + " was asked to stop and stopped before it was done");
}

} // namespace pinion
