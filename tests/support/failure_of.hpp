#pragma once

#include <pinion/pinion.hpp>

namespace pinion::test {

/// Why a task failed; one without a code when it did not.
template <class T>
failure failure_of(const future<T>& what) {
  try {
    what.get();
  } catch (const task_error& why) {
    return why.why();
  }
  return {};
}

} // namespace pinion::test
