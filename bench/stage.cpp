#include "stage.hpp"

#include <pinion/runtime/affinity.hpp>

namespace pinion::bench {

std::optional<pair_of_processors> confine_to_two() {
  const auto all = allowed_processors();
  if (all.size() < 2)
    return std::nullopt;
  const pair_of_processors result{all.front(), all.back()};
  pin_this_thread({result.asks, result.works});
  return result;
}

int confine_to_one() {
  const auto only = allowed_processors().front();
  pin_this_thread({only});
  return only;
}

config node_with(std::size_t workers) {
  config result;
  result.workers = workers;
  result.default_kernels = false;
  return result;
}

} // namespace pinion::bench
