#pragma once

#include <cstdint>
#include <memory>
#include <variant>

#include <pinion/actors/argument.hpp>
#include <pinion/actors/error.hpp>
#include <pinion/shm/origin.hpp>

namespace pinion {

/// When a task passed each station, in nanoseconds of the steady clock; 0 = never came there.
struct task_stamps {
  std::int64_t queued = 0;   ///< the dispatcher took it in
  std::int64_t sent = 0;     ///< handed to a worker
  std::int64_t started = 0;  ///< the worker began the kernel
  std::int64_t finished = 0; ///< the kernel returned
  std::int64_t replied = 0;  ///< the dispatcher had the answer
  std::int64_t cpu_ns = 0;   ///< processor time of the kernel's thread, not a moment
};

/// What became of a task: its kernel's result (monostate for void) or why there is none.
struct outcome {
  std::variant<argument, failure> result;
  task_stamps stamps;
  int worker = -1; ///< the slot that ran it last; -1 = none did
  /// What the elements lie in, where the kernel made the array that its result refers to: they live as long
  /// as somebody holds this.
  std::shared_ptr<const origin> block{};

  bool ok() const noexcept { return result.index() == 0; }
};

} // namespace pinion
