#pragma once

#include <exception>
#include <optional>
#include <stdexcept>
#include <utility>

#include <pinion/runtime/http/response.hpp>

namespace pinion::http {

/// Runs a handler; what it throws is its answer then: what is wrong with a request it says as kernels do
/// (task_problem.hpp), all else is 500.
template <class F>
std::optional<response> caught(F&& run) {
  try {
    std::forward<F>(run)();
    return std::nullopt;
  } catch (const std::invalid_argument& why) {
    return problem(422, why.what());
  } catch (const std::domain_error& why) {
    return problem(422, why.what());
  } catch (const std::exception& why) {
    return problem(500, why.what());
  } catch (...) {
    return problem(500, "the handler threw what is no exception");
  }
}

} // namespace pinion::http
