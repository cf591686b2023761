#pragma once

#include <concepts>
#include <system_error>

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

/// The same of whatever a call throws; of what is no task's fault, the text alone.
template <std::invocable F>
failure failure_of(F&& call) {
  try {
    call();
  } catch (const task_error& why) {
    return why.why();
  } catch (const std::system_error& why) {
    return {actor_errc::internal, why.what()};
  }
  return {};
}

} // namespace pinion::test
