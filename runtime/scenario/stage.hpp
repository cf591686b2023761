#pragma once

#include <string>

#include <pinion/runtime/scenario/array_set.hpp>
#include <pinion/runtime/scenario/progress.hpp>
#include <pinion/runtime/scenario/record.hpp>
#include <pinion/runtime/scenario/script.hpp>

namespace pinion {
class node;
}

namespace pinion::scenario {

/// What a step is played on: nothing here is its own, all of it outlives the step. The player's thread.
struct stage {
  node& host;
  const script& text;
  const array_set& arrays;
  record& notes;
  progress& line;
  std::string where; ///< "[3/8] await": how the progress line begins

  void measure(const std::string& name, double value) const { notes.measured.set(name, value); }
};

} // namespace pinion::scenario
