#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <pinion/runtime/scenario/array_spec.hpp>
#include <pinion/runtime/scenario/expectation.hpp>
#include <pinion/runtime/scenario/node_spec.hpp>
#include <pinion/runtime/scenario/settings.hpp>
#include <pinion/runtime/scenario/step.hpp>

namespace pinion::scenario {

/// A scenario file, read and checked as far as that goes without a node. A value.
struct script {
  std::string title;
  std::filesystem::path file;
  settings set;
  node_spec node;
  std::vector<array_spec> arrays;
  std::vector<step> steps;
  std::vector<expectation> expectations;
};

} // namespace pinion::scenario
