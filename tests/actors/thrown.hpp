#pragma once

#include <pinion/actors/error.hpp>

/// The failure that an action ends in; code `internal` and text "nothing was thrown" when it does not throw a
/// task_error.
template <class Action>
pinion::failure thrown_by(Action action) {
  try {
    action();
  } catch (const pinion::task_error& e) {
    return e.why();
  }
  return {pinion::actor_errc::internal, "nothing was thrown"};
}
