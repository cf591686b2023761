#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include <pinion/runtime/scenario/mark.hpp>

namespace pinion::scenario {

/// What [node] changes of the configuration that the program was started with.
struct node_spec {
  std::optional<std::size_t> workers;     ///< 0 = one for each allowed processor
  std::vector<std::string> load;          ///< plug-ins, beside those of the configuration
  std::optional<mark> load_where;         ///< where it has some
  std::optional<std::size_t> store_limit; ///< bytes
  std::optional<std::chrono::milliseconds> grace;
};

} // namespace pinion::scenario
