#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <pinion/runtime/scenario/mark.hpp>

namespace pinion::scenario {

/// What a fresh array holds.
enum class fill_kind { zeros, ones, arange, random };

/// An array to be made, or to be read from a .npy file, before the first step.
struct array_spec {
  std::string name;
  std::string file; ///< beside the scenario unless absolute; then the file says type and shape
  std::string type; ///< a name of dtype.hpp
  std::vector<std::int64_t> shape;
  fill_kind fill = fill_kind::zeros;
  std::uint64_t seed = 1;
  mark where;
};

} // namespace pinion::scenario
