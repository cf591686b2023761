#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>

#include <pinion/runtime/scenario/mark.hpp>

namespace pinion::scenario {

/// What is done to a worker.
enum class fault_kind {
  kill, ///< SIGKILL
  stop, ///< SIGSTOP: alive, but silent
  exit, ///< SIGTERM: asked to leave
};

/// One blow against one worker, at a moment counted from the beginning of its step.
struct fault_spec {
  fault_kind kind = fault_kind::kill;
  int worker = 0; ///< its slot
  std::chrono::milliseconds after{0};
  std::optional<std::size_t> after_answers; ///< then `after` is counted from that answer
  mark where;
};

int signal_of(fault_kind kind) noexcept;

} // namespace pinion::scenario
