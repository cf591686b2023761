#pragma once

#include <optional>
#include <string>
#include <vector>

#include <pinion/runtime/scenario/argument_spec.hpp>
#include <pinion/runtime/scenario/mark.hpp>

namespace pinion::scenario {

/// A kernel and what it is called with.
struct request_spec {
  std::string kernel;
  std::vector<argument_spec> args;
  mark where;
  std::optional<mark> args_where; ///< where it has arguments
};

} // namespace pinion::scenario
