#pragma once

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
};

} // namespace pinion::scenario
