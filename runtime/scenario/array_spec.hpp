#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <pinion/runtime/scenario/mark.hpp>
#include <pinion/shm/raw.hpp>

namespace pinion::scenario {

/// What a fresh array holds.
enum class fill_kind { zeros, ones, arange, random };

/// An array to be made, or to be read from a file, before the first step.
struct array_spec {
  std::string name;
  std::string file;   ///< beside the scenario unless absolute; .npy and .npz say type and shape themselves
  std::string member; ///< the array's name in a .npz file; empty for the only one
  std::string type;   ///< a name of dtype.hpp; with a file: of bare elements
  std::vector<std::int64_t> shape;
  raw_format format; ///< of bare elements
  fill_kind fill = fill_kind::zeros;
  std::uint64_t seed = 1;
  mark where;
};

} // namespace pinion::scenario
