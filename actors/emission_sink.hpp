#pragma once

#include <pinion/actors/emission.hpp>

namespace pinion {

class context;

/// Where a kernel's partial results go, as an interface to the process around it. Any thread of the kernel's.
class emission_sink {
public:
  virtual ~emission_sink() = default;
  /// Waits while the asker is too far behind; dropped when the task is asked to stop meanwhile. Throws
  /// task_error for what cannot be sent.
  virtual void put(const emission& what, const context& whose) = 0;
  /// Written since the process began.
  virtual std::uint64_t count() const noexcept = 0;
};

} // namespace pinion
