#pragma once

#include <pinion/actors/clock.hpp>

namespace pinion::http {

/// A body on its way between a socket and shared memory. Its porter's thread alone uses it.
class haul {
public:
  virtual ~haul() = default;
  /// Which does not block.
  virtual int socket() const noexcept = 0;
  /// From the socket; else to it.
  virtual bool incoming() const noexcept = 0;
  /// Carries what can be carried without waiting, for a turn. False: this is over, and whoever waits for it
  /// was told.
  virtual bool go_on(time_point now) = 0;
  /// When it is to be over, if nothing moves until then.
  virtual time_point deadline() const noexcept = 0;
  /// The deadline has passed: tells whoever waits for it.
  virtual void late() = 0;
};

} // namespace pinion::http
